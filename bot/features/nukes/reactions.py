"""Reactions to whoever tears a server down: what was chosen, or as much of it as can be done.

Quarantine needs a role, and a role above the bot's cannot be taken. Then every role that can be
taken is: whoever tears a server down is stopped with whatever stops them.
"""

from dataclasses import dataclass
from datetime import timedelta

from bot.acts import ActFailed, ActRefused, ActUnknown, RoleChange
from bot.features.nukes import store, words
from bot.features.nukes.heights import refuse_giving
from bot.features.nukes.model import ReactionState
from bot.features.nukes.ports import NukesPorts
from bot.features.nukes.records import Nuke
from bot.incident import Measure
from bot.logs import get_logger
from bot.sanctions import OwnReason, Sanction, Sanctioned, SanctionType, measure_of
from bot.storage.row_memory import RowMemory
from bot.texts import _

CLOCKS = timedelta(minutes=1)

_log = get_logger("herald.nukes")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was done about somebody in the end, in one word and in the log's sentences."""

    what: str
    measures: tuple[Measure, ...] = ()
    locks_commands: bool = False


class NukeReactions:
    """Reactions, each re-runnable: what is to be taken is a row before it is taken."""

    def __init__(self, ports: NukesPorts, locked: RowMemory[int]) -> None:
        self._ports = ports
        self._locked = locked

    async def react(self, nuke: Nuke) -> Nuke:
        """Do it; ActUnknown where Discord gave no answer, then it is done again."""
        if nuke.is_reacted:
            return nuke
        taken = await self._take(nuke)
        is_done = taken.what != "none"
        state = ReactionState.DONE if is_done else ReactionState.REFUSED
        async with self._ports.database.transaction() as tx:
            await self._ports.incidents.did(tx, nuke.incident_id, *taken.measures)
            if taken.locks_commands:
                await self._locked.put(tx, nuke.guild_id)
            return await store.change(
                tx,
                nuke,
                reaction_state=state.value,
                taken=taken.what,
                locks_commands=taken.locks_commands,
                reacted_at=self._ports.clock.now(),
            )

    async def restore(self, actor_id: int, guild_id: int, measure: Measure) -> None:
        """Give somebody back the roles that were taken, where whoever wants it could give them."""
        user_id = int(measure.data["user_id"])
        there = self._ports.acts.roles(guild_id)
        roles = [int(one) for one in measure.data["roles"] if int(one) in there]
        if roles:
            await self._ports.acts.meet(guild_id, actor_id)
            giver = self._ports.acts.standing(guild_id, actor_id)
            refuse_giving(giver, {one: there[one] for one in roles})
            reason = _("What was done automatically is undone")
            change = RoleChange(give=roles)
            await self._ports.acts.change_roles(guild_id, user_id, change, reason=reason)

    async def _take(self, nuke: Nuke) -> Taken:
        if nuke.is_shadow:
            return Taken("none", self._shadowed(nuke))
        if nuke.actor_id == self._ports.own_id(nuke.guild_id):
            return Taken("commands_locked", (words.note(nuke, _(words.OWN)),), locks_commands=True)
        await self._ports.acts.meet(nuke.guild_id, nuke.actor_id)
        standing = self._ports.acts.standing(nuke.guild_id, nuke.actor_id)
        if standing is not None and standing.is_owner:
            return Taken("none", (words.note(nuke, _(words.OWNER)),))
        if nuke.reaction == "alert":
            return Taken("alert")
        if standing is not None and standing.account.is_bot:
            return await self._remove_bot(nuke)
        if nuke.reaction == "strip_roles":
            return await self._strip(nuke)
        return await self._sanction(nuke, nuke.reaction)

    def _shadowed(self, nuke: Nuke) -> tuple[Measure, ...]:
        if nuke.reaction == "strip_roles":
            text = _("<@{person}> would have lost all roles").format(person=nuke.actor_id)
            return (words.note(nuke, text),)
        if nuke.reaction == "alert":
            return ()
        return (measure_of(self._order(nuke, nuke.reaction), None),)

    async def _remove_bot(self, nuke: Nuke) -> Taken:
        """An integration's role cannot be taken from it; with the bot it goes."""
        taken = await self._sanction(nuke, "ban" if nuke.reaction == "ban" else "kick")
        try:
            added_by = await self._ports.acts.who_added(nuke.guild_id, nuke.actor_id)
        except ActFailed:
            added_by = None
        text = _(words.BOT_UNKNOWN) if added_by is None else _(words.BOT_ADDED)
        said = words.note(nuke, text.format(bot=nuke.actor_id, person=added_by))
        return Taken(taken.what, (*taken.measures, said))

    async def _sanction(self, nuke: Nuke, type_: SanctionType) -> Taken:
        order = self._order(nuke, type_)
        came = await self._ordered(nuke, order)
        if came.is_open or (came.number is not None and came.refusal is not None):
            raise ActUnknown(came.refusal or "")  # whether it is done is asked again
        said = measure_of(order, came)
        if came.number is not None:
            return Taken(type_, (said,))
        rest = await self._strip(nuke)
        return Taken(rest.what, (said, *rest.measures))

    async def _ordered(self, nuke: Nuke, order: Sanction) -> Sanctioned:
        """The case about them, where one was made before the process died; else a new one."""
        if nuke.reaction_state is ReactionState.ORDERED:
            made = await self._ports.crowd.ordered(
                nuke.guild_id, [nuke.actor_id], order.type, nuke.began_at - CLOCKS
            )
            if nuke.actor_id in made:
                return made[nuke.actor_id]
        async with self._ports.database.transaction() as tx:
            await store.change(tx, nuke, reaction_state=ReactionState.ORDERED.value)
        return await self._ports.sanctions.order(order)

    async def _strip(self, nuke: Nuke) -> Taken:
        """Take every role that can be taken, one by one: one refusal keeps no other."""
        acts, there = self._ports.acts, self._ports.acts.roles(nuke.guild_id)
        member = await acts.member(nuke.guild_id, nuke.actor_id)
        if member is None:
            text = _("they are not in this server")
            return Taken("none", (self._nothing(nuke, text),))
        wanted = [one for one in member.role_ids if one in there and not there[one].is_managed]
        before = [int(one) for one in (nuke.stripped or {}).get("roles", ())]
        lost = sorted({*before, *wanted})
        async with self._ports.database.transaction() as tx:
            kept = {"roles": [str(one) for one in lost]}
            await store.change(tx, nuke, stripped=kept)
        refused = dict[int, str]()
        for role_id in sorted(wanted, key=lambda one: -there[one].position):
            try:
                reason = _(words.REASON).format(number=nuke.id)
                change = RoleChange(take=[role_id])
                await acts.change_roles(nuke.guild_id, nuke.actor_id, change, reason=reason)
            except ActUnknown:
                raise
            except ActRefused as error:
                _log.warning("nukes.role_not_taken", role_id=role_id, error=str(error))
                refused[role_id] = str(error)
        gone = [one for one in lost if one not in refused]
        measures = [words.stripped(nuke, gone)] if gone else []
        if refused or not gone:
            measures.append(self._nothing(nuke, next(iter(refused.values()), _("no roles"))))
        return Taken("strip_roles" if gone else "none", tuple(measures))

    def _nothing(self, nuke: Nuke, reason: str) -> Measure:
        return words.note(nuke, _(words.ABOVE).format(person=nuke.actor_id, reason=reason))

    def _order(self, nuke: Nuke, type_: SanctionType) -> Sanction:
        reason = OwnReason.of(words.REASON, number=nuke.id)
        return Sanction(nuke.guild_id, nuke.actor_id, type_, reason)
