"""Nukes service: one way in for what the audit log tells, and the sweep of what is due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.acts import Actor, ActUnknown, spoken_in
from bot.catalogue.security import NukeDetected
from bot.errors import UserError
from bot.features.nukes import store, words
from bot.features.nukes.detection import NukeDetection
from bot.features.nukes.evidence import HarmEvidence
from bot.features.nukes.heights import RoleHeights
from bot.features.nukes.model import RepairState
from bot.features.nukes.ports import NUKES, NukesPorts
from bot.features.nukes.reactions import NukeReactions
from bot.features.nukes.records import Nuke
from bot.features.nukes.remains import Remains
from bot.features.nukes.repair_queue import RETRY
from bot.features.nukes.repairs import Repairs
from bot.features.nukes.settings import NukesSettings
from bot.features.nukes.tables import nuke as table
from bot.incident import UNSEEN, Measure
from bot.logs import get_logger
from bot.storage.database import Reading, Transaction
from bot.storage.row_memory import RowMemory
from bot.storage.sweep import DueRows, Sweep
from bot.texts import _, ago

GUARDED = ("cases.enabled", "cases.quarantine_role_id", "incidents.may_undo")
"""Choices of other features by which what is done to somebody could be made nothing."""

_log = get_logger("herald.nukes")


@dataclass(eq=False)
class NukesService:
    """Incidents by their number; nothing of one is done twice."""

    ports: NukesPorts

    def __post_init__(self) -> None:
        ports = self.ports
        self.remains = Remains(ports.clock)
        self.heights = RoleHeights(ports)
        self.evidence = HarmEvidence(ports.acts, self.remains)
        self.detection = NukeDetection(ports, self.evidence)
        self.seen, self.on_case = self.detection.seen, self.detection.on_case
        self.locks = RowMemory(ports.database, f"{NUKES}_locks", read=store.locked_guilds)
        self.locked = self.locks.known
        self._reactions = NukeReactions(ports, self.locks)
        self._repairs = Repairs(ports)
        self.sweep = Sweep(
            "nukes",
            ports.database,
            clock=ports.clock,
            ready=lambda: ports.acts.is_connected,
            first=self.remember,
            locks=ports.locks,
        )
        self.sweep.rows(
            DueRows(
                "nukes",
                table,
                store.due,
                store.nuke_of,
                self.deal,
                key=lambda one: one.key,
                still=self._still,
            )
        )
        self.detection.wake = self.sweep.wake
        ports.incidents.undoes(words.STRIPPED, self._undo)
        ports.settings.keep(NukesSettings, self.refuse_keeper, *GUARDED)

    async def remember(self) -> None:
        """Whose incidents last, and where commands are locked, after a restart."""
        await self.detection.lasting.load()
        await self.locks.load()

    def refuse_keeper(self, actor: Actor, chosen: NukesSettings) -> str | None:
        """Why somebody may not change the settings; None for the owner and whom they named."""
        if actor.user_id in chosen.kept_by or self._is_owner(actor.guild_id, actor.user_id):
            return None
        return _(
            "Only the server's owner, and people whom the owner names under “keepers”, change how "
            "nukes are stopped: whoever could would switch it off first."
        )

    def lock_reason(self, guild_id: int, user_id: int) -> str | None:
        """Why the bot's commands are locked for somebody; None where they are not."""
        if guild_id not in self.locked or self._is_owner(guild_id, user_id):
            return None
        return _(
            "My commands are locked: somebody has acted as myself. The server's owner opens them "
            "with /antinuke unlock."
        )

    async def unlock(self, actor: Actor) -> None:
        """Open the commands again; a UserError for whoever is not the owner."""
        if not self._is_owner(actor.guild_id, actor.user_id):
            raise UserError(_("Only the server's owner opens my commands again."))
        async with self.ports.database.transaction() as tx:
            if not await store.unlock(tx, actor.guild_id):
                raise UserError(_("My commands are not locked."))
            await self.locks.drop(tx, actor.guild_id)

    async def lines(self, guild_id: int) -> Sequence[tuple[str, str]]:
        """What the panel says of how things are."""
        async with self.ports.database.reading() as reading:
            last = await store.newest(reading, guild_id)
        above = self.heights.above(guild_id)
        role = _("above all roles with dangerous permissions")
        if above:
            role = _("⚠️ too low: I cannot stop whoever has {names}")
            role = role.format(names=words.listed(above))
        said = _("none so far")
        if last is not None:
            text = _("{number}: <@{person}>, {when}")
            said = text.format(number=last.id, person=last.actor_id, when=ago(last.began_at))
        lines = [(_("My role"), role), (_("Last incident"), said)]
        if guild_id in self.locked:
            lines.append((_("My commands"), _("🔒 locked: /antinuke unlock opens them")))
        return lines

    async def deal(self, nuke: Nuke) -> None:
        """React, put back, and tell it once; what Discord did not answer is tried again."""
        if self.ports.acts.own_standing(nuke.guild_id) is None:
            await self._give_up(nuke)  # what Discord would refuse now it may not refuse later
            return
        with spoken_in(self.ports.acts, nuke.guild_id):
            nuke = await self._react(nuke)
            is_cut = await self._repairs.mend(nuke)
            await self._close(nuke, is_cut=is_cut)

    async def _give_up(self, nuke: Nuke) -> None:
        """Say of what is left in a server that the bot has left that it was not done."""
        is_old = self.ports.clock.now() - nuke.last_at > UNSEEN
        if not is_old or self.ports.acts.guild(nuke.guild_id) is not None:
            return
        async with self.ports.database.transaction() as tx:
            await store.give_up(tx, nuke, _("I am not in this server any more"))
        await self._close(nuke, is_cut=False)

    async def _react(self, nuke: Nuke) -> Nuke:
        """As it is after it; without an answer it waits on, and what was torn down does not."""
        try:
            return await self._reactions.react(nuke)
        except ActUnknown as error:
            _log.warning("nukes.not_reacted", nuke_id=nuke.id, error=str(error))
            return nuke

    async def _close(self, nuke: Nuke, *, is_cut: bool) -> None:
        async with self.ports.database.transaction() as tx:
            found = await store.by_id(tx, nuke.guild_id, nuke.id, locks=True)
            if found is None:
                return
            states = await store.states(tx, found)
            if states.get(RepairState.WAITING) or not found.is_reacted:
                # With more, or with what has come meanwhile, at once; without an answer later.
                await self._again(tx, found, at_once=is_cut or found.last_at > nuke.last_at)
                return
            await store.change(tx, found, due_at=None, look_at=None)
            if await store.tell(tx, found, self.ports.clock.now()):
                await self._tell(tx, found, states)

    async def _again(self, tx: Transaction, nuke: Nuke, *, at_once: bool) -> None:
        now = self.ports.clock.now()
        await store.change(tx, nuke, due_at=now if at_once else now + RETRY, look_at=None)
        if at_once:
            tx.on_commit(self.sweep.wake)

    async def _tell(self, tx: Transaction, nuke: Nuke, states: Mapping[RepairState, int]) -> None:
        is_whole = bool(states) and not states.get(RepairState.FAILED)
        if not nuke.is_shadow:
            await self.ports.outbox.emit(tx, _told(nuke, is_whole=is_whole))

    def _is_owner(self, guild_id: int, user_id: int) -> bool:
        """By the guild itself: the owner may be no member who is remembered."""
        guild = self.ports.acts.guild(guild_id)
        return guild is not None and guild.owner_id == user_id

    async def _undo(self, actor_id: int, guild_id: int, measure: Measure) -> None:
        await self._reactions.restore(actor_id, guild_id, measure)

    async def _still(self, reading: Reading, seen: Nuke) -> Nuke | None:
        return await store.by_id(reading, seen.guild_id, seen.id)


def _told(nuke: Nuke, *, is_whole: bool) -> NukeDetected:
    return NukeDetected(
        guild_id=nuke.guild_id,
        incident_id=nuke.id,
        actor_id=nuke.actor_id,
        action_class=nuke.action_class,
        count=nuke.count,
        window_seconds=nuke.window_seconds,
        action_taken=nuke.taken or "none",
        reverted=is_whole,
    )
