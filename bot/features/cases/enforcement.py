"""Enforcement, the middle step of an act: the one call on Discord, made again without harm."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from bot.acts import ActFailed, ActRefused, Acts, ActUnknown, Gone, RoleChange
from bot.clock import to_snowflake
from bot.features.cases.model import Case, audit_reason
from bot.logs import get_logger
from bot.snapshots import MemberSeen, RoleSeen, marked_case, rank_of
from bot.texts import _

CLOCKS = timedelta(minutes=5)  # by which Discord's clock may differ from this one
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


def is_same_end(one: datetime | None, other: datetime | None) -> bool:
    """Whether both are the end of one timeout."""
    return one is not None and other is not None and abs(one - other) <= SAME_END


async def carry_out(acts: Acts, case: Case) -> datetime | None:
    """Do it on Discord; to lift what is gone already counts as done.

    The moment of the join that begins the visit in which somebody got the roles of a mute.
    """
    reason = audit_reason(case.number, case.moderator_name, case.reason)
    match case.type:
        case "ban" | "tempban" | "softban":
            await _ban(acts, case, reason)
        case "kick":
            await acts.kick(*case.person, reason=reason)
        case "timeout":
            await acts.timeout(*case.person, until=case.expires_at, reason=reason)
        case "mute":
            return await _mute(acts, case, reason)
        case _:
            await _carry_out_end(acts, case, reason)
    return None


async def _mute(acts: Acts, case: Case, reason: str) -> datetime | None:
    give, take = case.details.gives, case.details.takes
    member = await bring_about(acts, case, give, take, reason=reason)
    if member is None:
        raise Gone(_("they are not in this server"))
    return member.joined_at


async def _carry_out_end(acts: Acts, case: Case, reason: str) -> None:
    """Of the other kinds nothing happens on Discord."""
    match case.type:
        case "unmute":
            with suppress(Gone):
                await acts.change_roles(*case.person, _roles(case), reason=reason)
        case "unban":
            await _unban(acts, case, reason)
        case "untimeout":
            await _let_write(acts, case, reason)
        case _:
            pass


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
    """Whether the ban that stands is this case's; Gone where none stands.

    It is another one's where its reason, or without a reason the audit log, says so: a ban that
    says nothing is no sign of a newer one.
    """
    reason = await acts.ban_reason(case.guild_id, case.user_id)
    number = case.details.batch or case.number
    # Banned before, the case took that ban over, which keeps its own reason on Discord.
    if case.details.was_banned and (reason or None) == (case.details.ban_reason or None):
        return True
    if reason:
        return marked_case(reason) == number
    return not await _was_banned_since(acts, case, number)


async def _was_banned_since(acts: Acts, case: Case, number: int) -> bool:
    """Whether the log says that somebody else did, or another case; false where it is not seen."""
    try:
        since = to_snowflake(case.created_at - CLOCKS)
        entries = await acts.audit_entries(case.guild_id, since)
    except ActRefused:
        return False
    about = [one for one in entries if one.action == "ban" and one.target_id == case.user_id]
    if not about:
        return False
    return not about[-1].by_us or marked_case(about[-1].reason) not in (None, number)


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
) -> MemberSeen | None:
    """Change what of these roles is not so yet; the member as they were, None for who is none."""
    member = await acts.member(*case.person)
    if member is not None:
        await change_held(acts, case, member, RoleChange(tuple(give), tuple(take)), reason)
    return member


async def change_held(
    acts: Acts, case: Case, member: MemberSeen, wanted: RoleChange, reason: str
) -> None:
    """The same for a member who was just looked at."""
    change = RoleChange(
        give=tuple(one for one in wanted.give if one not in member.role_ids),
        take=tuple(one for one in wanted.take if one in member.role_ids),
    )
    if change.give or change.take:
        await acts.change_roles(*case.person, change, reason=reason)


async def undo(acts: Acts, case: Case) -> str | None:
    """Take back what of a quarantine, or of its end, came about before Discord refused the rest.

    Only what did change: what Discord refused to change once it would refuse again. What was
    refused here too is handed back in words; without an answer the case is left to the sweep.
    """
    if not case.details.is_quarantine:
        return None
    reason = audit_reason(case.number, case.moderator_name, "refused, taken back")
    try:
        await bring_about(acts, case, case.details.takes, case.details.gives, reason=reason)
    except ActRefused as error:
        _log.warning("case.roles_not_restored", case=case.id, error=str(error))
        return _("some roles could not be given back: {reason}").format(reason=error)
    return None


async def was_done(acts: Acts, case: Case, now: datetime) -> bool:
    """Whether Discord shows what a pending case was to bring about."""
    match case.type:
        case "ban" | "tempban":
            return await has_own_ban(acts, case)
        case "unban":
            return not await acts.is_banned(case.guild_id, case.user_id)
        case "softban" if await _is_softbanned(acts, case):
            return False  # its end is owed
        case "kick" | "softban" if (is_logged := await _is_logged(acts, case)) is not None:
            return is_logged
        case _:
            member = await acts.member(case.guild_id, case.user_id)
    if member is None:
        # Discord keeps a timeout for who is away.
        return case.type in ("kick", "softban", "unmute")
    return _shows(member, case, now)


async def _is_logged(acts: Acts, case: Case) -> bool | None:
    """Whether the audit log has the removal; None where it cannot be read.

    That somebody is not there says little: they may have left by themselves, or have come back.
    """
    action = "kick" if case.type == "kick" else "ban"
    me = acts.own_standing(case.guild_id)
    if me is None or not me.may("view_audit_log"):
        return None
    entries = await acts.audit_entries(case.guild_id, to_snowflake(case.created_at - CLOCKS))
    return any(
        one.by_us and one.action == action and marked_case(one.reason) == case.number
        for one in entries
        if one.target_id == case.user_id
    )


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
            return is_same_end(until, case.expires_at)
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
