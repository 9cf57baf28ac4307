"""Preconditions of an act: what is asked of Discord while no transaction is open."""

from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.acts import ActFailed, ActUnknown, Gone, Sees
from bot.catalogue.cases import CaseType
from bot.errors import NotFound, UserError
from bot.features.cases import store
from bot.features.cases.enforcement import SAME_END, givable
from bot.features.cases.hierarchy import Standings, refuse, refuse_harmful
from bot.features.cases.model import KINDS, Case, Details, Order, family
from bot.features.cases.ports import CasesPorts
from bot.features.cases.settings import CasesSettings
from bot.features.cases.transitions import REPLACES
from bot.snapshots import Account, RoleSeen, Standing
from bot.texts import N_, _

T = TypeVar("T")


class NoAnswer(UserError):
    """Refusal where a look at Discord got no answer: nothing was done, it may be tried again."""


Roles = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was found; `newest` is the last case about the person that was seen."""

    account: Account
    newest: int
    details: Details = field(default_factory=Details)


def needed(order: Order, settings: CasesSettings, there: Collection[int]) -> str | None:
    """The bot's permission where it is not the moderator's.

    A UserError where the role of the settings is missing, or not `there` any more.
    """
    if order.type not in ("mute", "unmute"):
        return None
    if order.type == "unmute":
        return "manage_roles"
    role_id = settings.role_for(order)
    if role_id is None and order.quarantine:
        raise UserError(
            _("No role for quarantine is chosen yet: /settings, feature “Moderation cases”.")
        )
    if role_id is None:
        raise UserError(
            _("No role for muting is chosen yet: /settings, feature “Moderation cases”.")
        )
    if there and role_id not in there:  # without any, the server is not in sight
        text = _("The role chosen for that is deleted: choose another with /settings.")
        raise UserError(text)
    return "manage_roles"


def refuse_order(
    acts: Sees, guild_id: int, moderator: Standing | None, order: Order, settings: CasesSettings
) -> None:
    """A UserError where a rank, a permission or a role of the settings stands in the way."""
    standings = Standings(
        moderator, acts.own_standing(guild_id), acts.standing(guild_id, order.user_id)
    )
    needs = needed(order, settings, acts.roles(guild_id))
    refuse(KINDS[order.type], standings, needs=needs)


def refuse_reason(settings: CasesSettings, type_: CaseType, reason: str | None) -> None:
    """A UserError for none where the guild asks for one."""
    if settings.reason_required and KINDS[type_].punishes and reason is None:
        raise UserError(_("This server asks for a reason: choose one, or write your own."))


def chosen(role_id: int | None) -> Roles:
    """A role of the settings, where one is chosen."""
    return () if role_id is None else (role_id,)


def refuse_mute(mutes: Sequence[Case], gives: Roles | None) -> None:
    """A UserError where a mute that stands would be lost under a new one with these roles."""
    if any(case.details.is_quarantine for case in mutes):
        raise UserError(_("They are in quarantine already."))
    if gives is not None and any(case.details.gives != gives for case in mutes):
        raise UserError(_("They are muted with another role. End that first with /unmute."))


async def weaker(ports: CasesPorts, case: Case) -> str | None:
    """Why it is not done, where what stands lasts as long, or for good; Discord is asked.

    What a moderator orders is a person's decision, and may be weaker than what was.
    """
    me = ports.acts.own_standing(case.guild_id)
    is_own = me is not None and me.account.user_id == case.moderator_id
    end = case.expires_at
    if not is_own or end is None or case.type not in REPLACES:
        return None
    async with ports.database.reading() as reading:
        active = await store.active(reading, *case.person, REPLACES[case.type])
    older = [one for one in active if one.id != case.id]
    if any(one.expires_at is None or one.expires_at >= end for one in older):
        return N_("what stands already lasts longer")
    if await _stands_by_hand(ports, case, is_known=bool(older)):
        return N_("what somebody did by hand already lasts longer")
    return None


async def _stands_by_hand(ports: CasesPorts, case: Case, *, is_known: bool) -> bool:
    """Whether Discord shows what no case has brought about, and what this one would cut short."""
    if case.type == "tempban":
        return case.details.was_banned and not is_known
    member = await ports.acts.member(*case.person)
    if member is None:
        return False
    if case.type == "mute":
        return not is_known and set(case.details.gives) <= member.role_ids
    until, end = member.timed_out_until, case.expires_at
    return until is not None and end is not None and until >= end - SAME_END


class Preconditions:
    """Looks people up; a UserError where there is nothing to do, or Discord gives no answer."""

    def __init__(self, ports: CasesPorts) -> None:
        self._ports = ports

    async def prepare(self, guild_id: int, order: Order, settings: CasesSettings) -> Prepared:
        """All that the first step goes by."""
        types = family(order.type) or KINDS[order.type].lifts
        # First: what somebody else does while Discord is asked is then seen to be newer.
        async with self._ports.database.reading() as reading:
            newest = await store.newest(reading, guild_id, order.user_id)
            active = await store.active(reading, guild_id, order.user_id, types)
        account = await self._account(order.user_id)
        details = await self._details(guild_id, order, active, settings)
        known = {"is_bot": account.is_bot, "is_final": order.is_final}
        return Prepared(account, newest, details.model_copy(update=known))

    async def _details(
        self, guild_id: int, order: Order, active: list[Case], settings: CasesSettings
    ) -> Details:
        match order.type:
            case "ban" | "tempban":
                return await self._ban(guild_id, order, active)
            case "unban":
                return await self._unban(guild_id, order, active)
            case "mute":
                return await self._mute(guild_id, order, active, settings)
            case "unmute":
                return await self._unmute(guild_id, order, active, settings)
            case "untimeout":
                await self._refuse_untimeout(guild_id, order, active)
            case "clear_warnings" if not active:
                raise UserError(_("They have no warnings."))
            case _:
                pass
        return Details()

    async def _ban(self, guild_id: int, order: Order, active: list[Case]) -> Details:
        """Who is banned may be banned for a time instead, or for good instead of for a time."""
        acts = self._ports.acts
        try:
            reason = await self._asked(acts.ban_reason(guild_id, order.user_id))
        except Gone:
            return Details()
        for_a_time = any(case.type == "tempban" for case in active)
        if order.type == "ban" and not for_a_time:
            raise UserError(_("They are banned already."))
        return Details(was_banned=True, ban_reason=reason)

    async def _unban(self, guild_id: int, order: Order, active: list[Case]) -> Details:
        """To lift what is gone already closes its case."""
        is_banned = await self._asked(self._ports.acts.is_banned(guild_id, order.user_id))
        if not is_banned and not any(case.type != "unban" for case in active):
            raise UserError(_("They are not banned here."))
        return Details(was_banned=is_banned)

    async def _refuse_untimeout(self, guild_id: int, order: Order, active: list[Case]) -> None:
        """To lift what is gone already closes its case; of who is away Discord says nothing."""
        if any(case.type == "timeout" for case in active):
            return
        member = await self._asked(self._ports.acts.member(guild_id, order.user_id))
        until = None if member is None else member.timed_out_until
        if until is None or until <= self._ports.clock.now():
            raise UserError(_("They are in no timeout."))

    async def _mute(
        self, guild_id: int, order: Order, active: list[Case], settings: CasesSettings
    ) -> Details:
        mutes = [case for case in active if case.type == "mute"]
        gives = chosen(settings.role_for(order))
        refuse_mute(mutes, None if order.quarantine else gives)
        refuse_harmful(self._ports.acts, guild_id, gives)
        if not order.quarantine:
            return Details(gives=gives)
        acts = self._ports.acts
        member = await self._asked(acts.member(guild_id, order.user_id))
        if member is None:
            raise UserError(_("They are not in this server."))
        lost = () if order.keeps_mute else mutes
        muted = tuple(role_id for case in lost for role_id in case.details.gives)
        return _quarantine(givable(acts, guild_id), member.role_ids, gives=gives, muted=muted)

    async def _unmute(
        self, guild_id: int, order: Order, active: list[Case], settings: CasesSettings
    ) -> Details:
        acts = self._ports.acts
        mutes = [case for case in active if case.type == "mute"]
        if mutes:
            return _release(givable(acts, guild_id), mutes[-1].details)
        member = await self._asked(acts.member(guild_id, order.user_id))
        role_id = settings.mute_role_id
        if member is None or role_id not in member.role_ids:
            raise UserError(_("They are not muted."))
        return Details(takes=chosen(role_id))

    async def _account(self, user_id: int) -> Account:
        try:
            return await self._asked(self._ports.acts.account(user_id))
        except Gone:
            raise NotFound(_("There is no such account on Discord.")) from None

    async def _asked(self, looking: Awaitable[T]) -> T:
        """An answer of Discord's; a UserError where it gave none."""
        try:
            return await looking
        except Gone:
            raise
        except ActFailed as error:
            kind = NoAnswer if isinstance(error, ActUnknown) else UserError
            text = _("Discord did not answer: {reason}. Nothing was done; try again soon.")
            raise kind(text.format(reason=error)) from error


def _quarantine(
    there: Mapping[int, RoleSeen], held: Collection[int], *, gives: Roles, muted: Roles
) -> Details:
    """One role instead of all that the bot can take; those of `muted` are not given back."""
    removable = {
        role_id: role for role_id, role in there.items() if role_id in held and role_id not in gives
    }
    return Details(
        is_quarantine=True,
        gives=gives,
        takes=tuple(sorted(removable)),
        restores=tuple(sorted(removable.keys() - set(muted))),
        names={role_id: role.name for role_id, role in removable.items()},
    )


def _release(there: Mapping[int, RoleSeen], muted: Details) -> Details:
    """The reverse of a mute; `names` are those of roles that cannot be given back any more.

    Whoever holds a role that cannot be taken stands above the bot, and is refused before.
    """
    return Details(
        is_quarantine=muted.is_quarantine,
        gives=tuple(role_id for role_id in muted.restores if role_id in there),
        takes=tuple(role_id for role_id in muted.gives if role_id in there),
        names={
            role_id: name
            for role_id, name in muted.names.items()
            if role_id in muted.restores and role_id not in there
        },
    )
