"""Facts about members, four kinds, made of what is known."""

from datetime import datetime
from typing import Any

from bot.catalogue.members import MemberBanned, MemberJoined, MemberLeft, MemberUnbanned
from bot.features.members.model import account_age_days
from bot.snapshots import AuditSeen, Person

Fact = MemberJoined | MemberLeft | MemberBanned | MemberUnbanned


def joined(person: Person, joined_at: datetime) -> MemberJoined:
    """A join; by which invite is not known."""
    return MemberJoined(
        guild_id=person.guild_id,
        user_id=person.user_id,
        username=person.username,
        account_age_days=account_age_days(person.user_id, joined_at),
        is_bot=person.is_bot,
        joined_at=joined_at,
    )


def left(
    person: Person,
    entry: AuditSeen | None,
    *,
    joined_at: datetime | None,
    left_at: datetime | None,
) -> MemberLeft:
    """A departure: a kick where an entry says so."""
    return MemberLeft(
        guild_id=person.guild_id,
        user_id=person.user_id,
        username=person.username,
        is_bot=person.is_bot,
        kind="left" if entry is None else "kicked",
        moderator_id=None if entry is None else entry.moderator_id,
        joined_at=joined_at,
        left_at=left_at,
    )


def banned(
    person: Person,
    entry: AuditSeen | None,
    reason: str | None = None,
    *,
    was_member: bool | None = None,
) -> MemberBanned:
    """A ban by hand; `reason` is for want of an entry, `was_member` what the signals showed."""
    return MemberBanned(**_by_hand(person, entry, reason), was_member=was_member)


def unbanned(person: Person, entry: AuditSeen | None) -> MemberUnbanned:
    """The end of a ban, by hand."""
    return MemberUnbanned(**_by_hand(person, entry, None))


def _by_hand(person: Person, entry: AuditSeen | None, reason: str | None) -> dict[str, Any]:
    return {
        "guild_id": person.guild_id,
        "user_id": person.user_id,
        "username": person.username,
        "moderator_id": entry.moderator_id if entry else None,
        "reason": entry.reason if entry else reason,
        "source": "discord",
    }
