"""Enforcement, the middle step of an act: the one call on Discord, made again without harm."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from bot.acts import ActFailed, ActRefused, Acts, ActUnknown, Gone, RoleChange
from bot.features.cases.model import Case, audit_reason
from bot.logs import get_logger
from bot.snapshots import MemberSeen, RoleSeen, marked_case, rank_of

SAME_END = timedelta(seconds=2)  # Discord may round the end of a timeout

_log = get_logger("herald.cases")


def givable(acts: Acts, guild_id: int) -> Mapping[int, RoleSeen]:
    """The roles that the bot can give and take: below its own, and nobody else's."""
    me = acts.own_standing(guild_id)
    top = rank_of(0, 0) if me is None else me.rank
    return {
        role_id: role
        for role_id, role in acts.roles(guild_id).items()
        if not role.is_managed and rank_of(role.position, role_id) < top
    }


async def carry_out(acts: Acts, case: Case) -> None:
    """Do it on Discord; to lift what is gone already counts as done."""
    guild_id, user_id = case.guild_id, case.user_id
    reason = audit_reason(case.number, case.moderator_name, case.reason)
    match case.type:
        case "ban" | "tempban" | "softban":
            await _ban(acts, case, reason)
        case "kick":
            await acts.kick(guild_id, user_id, reason=reason)
        case "timeout":
            await acts.timeout(guild_id, user_id, until=case.expires_at, reason=reason)
        case "mute":
            await acts.change_roles(guild_id, user_id, _roles(case), reason=reason)
        case "unmute":
            with suppress(Gone):
                await acts.change_roles(guild_id, user_id, _roles(case), reason=reason)
        case "unban":
            await _unban(acts, case, reason)
        case "untimeout":
            await _let_write(acts, case, reason)
        case _:
            pass  # nothing of it happens on Discord


async def lift(acts: Acts, case: Case, by: str, why: str) -> None:
    """Lift what the case did; gone is lifted."""
    reason = audit_reason(case.number, by, why)
    match case.type:
        case "ban" | "tempban":
            await _unban(acts, case, reason)
        case "mute":
            there = givable(acts, case.guild_id)
            restored = (role_id for role_id in case.details.restores if role_id in there)
            with suppress(Gone):
                # To take, also one that stands above the bot by now: held, the mute is not over.
                await bring_about(acts, case, restored, case.details.gives, reason=reason)
        case "timeout":
            await _let_write(acts, case, reason)
        case _:
            pass


async def is_own_ban(acts: Acts, case: Case) -> bool:
    """Whether the ban that stands is this case's, not a newer one; Gone where none stands."""
    reason = await acts.ban_reason(case.guild_id, case.user_id)
    if marked_case(reason) == (case.details.batch or case.number):
        return True
    # Banned before, the case took that ban over, which keeps its own reason on Discord.
    return case.details.was_banned and reason == case.details.ban_reason


async def has_own_ban(acts: Acts, case: Case) -> bool:
    """Whether a ban stands, and is this case's."""
    try:
        return await is_own_ban(acts, case)
    except Gone:
        return False


async def is_still_banned(acts: Acts, case: Case) -> bool:
    """Whether a ban that stood when it was looked at stands; without an answer the act will say."""
    try:
        return not case.details.was_banned or await acts.is_banned(*case.person)
    except ActFailed:
        return True


async def bring_about(
    acts: Acts, case: Case, give: Iterable[int], take: Iterable[int], *, reason: str
) -> None:
    """Change what of these roles is not so yet; nothing of whoever is no member."""
    member = await acts.member(*case.person)
    if member is None:
        return
    change = RoleChange(
        give=tuple(one for one in give if one not in member.role_ids),
        take=tuple(one for one in take if one in member.role_ids),
    )
    if change.give or change.take:
        await acts.change_roles(*case.person, change, reason=reason)


async def undo(acts: Acts, case: Case) -> None:
    """Take back what of a quarantine, or of its end, came about before Discord refused the rest.

    Only what did change: what Discord refused to change once it would refuse again.
    """
    if not case.details.is_quarantine:
        return
    reason = audit_reason(case.number, case.moderator_name, "refused, taken back")
    try:
        await bring_about(acts, case, case.details.takes, case.details.gives, reason=reason)
    except ActFailed as error:
        _log.warning("case.roles_not_restored", case=case.id, error=str(error))


async def was_done(acts: Acts, case: Case, now: datetime) -> bool:
    """Whether Discord shows what a pending case was to bring about."""
    match case.type:
        case "ban" | "tempban":
            return await has_own_ban(acts, case)
        case "unban":
            return not await acts.is_banned(case.guild_id, case.user_id)
        case "softban" if await _is_softbanned(acts, case):
            return False  # its end is owed
        case _:
            member = await acts.member(case.guild_id, case.user_id)
    if member is None:
        return case.type in ("kick", "softban", "untimeout", "unmute")
    return _shows(member, case, now)


async def finishes(acts: Acts, case: Case) -> bool:
    """Whether half of it was done, and the rest is by now: the end of a softban's ban."""
    if case.type != "softban" or not await _is_softbanned(acts, case):
        return False
    await _end_softban(acts, case)
    return True


async def _ban(acts: Acts, case: Case, reason: str) -> None:
    await acts.ban(*case.person, reason=reason, delete_seconds=case.delete_seconds)
    if case.type == "softban":
        await _end_softban(acts, case)


async def _end_softban(acts: Acts, case: Case) -> None:
    """Lift its ban; once that stands its end is owed, so that a refusal is no answer either."""
    if not await _is_softbanned(acts, case):
        return
    try:
        reason = audit_reason(case.number, case.moderator_name, "the end of a softban")
        await _unban(acts, case, reason)
    except ActRefused as error:
        raise ActUnknown(str(error)) from error


async def _is_softbanned(acts: Acts, case: Case) -> bool:
    try:
        return await has_own_ban(acts, case)
    except ActRefused as error:
        raise ActUnknown(str(error)) from error


def _shows(member: MemberSeen, case: Case, now: datetime) -> bool:
    until = member.timed_out_until
    match case.type:
        case "timeout":
            end = case.expires_at
            return until is not None and end is not None and abs(until - end) <= SAME_END
        case "untimeout":
            return until is None or until <= now
        case "mute" | "unmute":
            gives, takes = set(case.details.gives), set(case.details.takes)
            return gives <= member.role_ids and not takes & member.role_ids
        case _:
            return False


async def _let_write(acts: Acts, case: Case, reason: str) -> None:
    with suppress(Gone):
        await acts.timeout(case.guild_id, case.user_id, until=None, reason=reason)


async def _unban(acts: Acts, case: Case, reason: str) -> None:
    with suppress(Gone):
        await acts.unban(case.guild_id, case.user_id, reason=reason)


def _roles(case: Case) -> RoleChange:
    return RoleChange(give=case.details.gives, take=case.details.takes)
