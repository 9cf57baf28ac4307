"""Facts about members, four kinds, made of what is known; and what is known by them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.catalogue.members import MemberBanned, MemberJoined, MemberLeft, MemberUnbanned
from bot.features.members import store
from bot.features.members.model import account_age_days
from bot.keyed_lock import Key
from bot.snapshots import AuditSeen, Person, Present
from bot.storage.database import Transaction

Fact = MemberJoined | MemberLeft | MemberBanned | MemberUnbanned


@dataclass(slots=True)
class RosterChanges:
    """Rows as they become, by guild and user; None where one goes."""

    members: dict[Key, Present | None] = field(default_factory=dict[Key, Present | None])
    bans: dict[Key, str | None] = field(default_factory=dict[Key, str | None])

    def apply(self, fact: Fact, *, is_owed: bool = False) -> None:
        """The last fact about somebody says what is known of them.

        Where a ban's own case has yet to tell it, the row of the member says then whether the ban
        made them leave.
        """
        key = (fact.guild_id, fact.user_id)
        if isinstance(fact, MemberJoined):
            person = Person(fact.guild_id, fact.user_id, fact.username, fact.is_bot)
            self.members[key] = Present(person, fact.joined_at)
        elif isinstance(fact, MemberLeft):
            self.members[key] = None
        elif isinstance(fact, MemberBanned):
            if not is_owed:
                self.members[key] = None
            self.bans[key] = fact.username
        else:
            self.bans[key] = None

    async def write(self, tx: Transaction) -> None:
        """Write all of it, one statement for each kind."""
        await store.put_members(tx, [row for row in self.members.values() if row])
        gone = [key for key, row in self.members.items() if row is None]
        await store.drop(tx, store.known_member, gone)
        await store.put_bans(tx, {key: name for key, name in self.bans.items() if name is not None})
        lifted = [key for key, name in self.bans.items() if name is None]
        await store.drop(tx, store.known_ban, lifted)


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
