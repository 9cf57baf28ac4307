"""What the gateway's signals about members mean: pure rules, signals in, facts out."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from bot.catalogue import Event
from bot.catalogue.members import MemberBanned, MemberJoined, MemberLeft, MemberUnbanned
from bot.clock import from_ms
from bot.settings import FeatureSettings
from bot.texts import N_

DISCORD_EPOCH_MS = 1_420_070_400_000
REPEATED_WITHIN = timedelta(minutes=10)
EXPLAINED_WITHIN = timedelta(seconds=10)
TRAILS, HELD, ENTRIES = 20_000, 10_000, 1_000

AuditAction = Literal["ban", "unban", "kick", "prune"]


class MembersSettings(FeatureSettings):
    """What the feature does in one guild."""

    feature = "members"
    title = N_("Members")

    enabled: bool = Field(default=True, description=N_("Send joins, leaves, bans and unbans"))


@dataclass(frozen=True, slots=True)
class Person:
    """An account as a signal shows it; `username` is the account's, never a nickname."""

    guild_id: int
    user_id: int
    username: str
    is_bot: bool

    @property
    def key(self) -> tuple[int, int]:
        return self.guild_id, self.user_id


@dataclass(frozen=True, slots=True)
class AuditSeen:
    """An entry of Discord's audit log about a member; a prune has no target."""

    guild_id: int
    entry_id: int
    action: AuditAction
    target_id: int | None
    moderator_id: int | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Removal:
    """Somebody is gone; whether they left is not known before `due`."""

    person: Person
    joined_at: datetime | None
    at: datetime
    due: datetime


@dataclass(slots=True)
class Trail:
    """What was told of one person in one guild, so that it is not told again."""

    touched: datetime
    joined_at: datetime | None = None
    gone: bool = False
    ban: Literal["banned", "unbanned"] | None = None
    banned_at: datetime | None = None


def account_age_days(user_id: int, at: datetime) -> int:
    """Whole days since the account was made, which its id tells (source: Discord's snowflakes)."""
    created = from_ms((user_id >> 22) + DISCORD_EPOCH_MS)
    return max((at - created).days, 0)


class AuditTrail:
    """The audit entries of the last moments, each good for one signal."""

    def __init__(self) -> None:
        self._entries: OrderedDict[int, tuple[datetime, AuditSeen]] = OrderedDict()
        self._used: set[int] = set()

    def add(self, entry: AuditSeen, now: datetime) -> None:
        """Keep an entry; the same one twice counts once."""
        self._entries.setdefault(entry.entry_id, (now, entry))
        while len(self._entries) > ENTRIES:
            self._used.discard(self._entries.popitem(last=False)[0])

    def take(self, action: AuditAction, person: Person, now: datetime) -> AuditSeen | None:
        """The newest unused entry that explains a signal; it is used from then on."""
        for seen_at, entry in reversed(self._entries.values()):
            if now - seen_at > EXPLAINED_WITHIN:
                return None
            fits = entry.action == action and (entry.guild_id, entry.target_id) == person.key
            if fits and entry.entry_id not in self._used:
                self._used.add(entry.entry_id)
                return entry
        return None


class MemberWatch:
    """Turns signals, which come in any order and more than once, into facts that come once.

    A removal is held for `leave_hold`; a ban of the same person, before or within that time,
    explains it. Memory is bounded: the trail untouched for longest is forgotten first, and of
    too many held removals the oldest is decided at once.
    """

    def __init__(self, leave_hold: timedelta) -> None:
        self._leave_hold = leave_hold
        self._trails: OrderedDict[tuple[int, int], Trail] = OrderedDict()
        self._held: dict[tuple[int, int], Removal] = {}
        self._audit = AuditTrail()

    def joined(self, person: Person, joined_at: datetime, now: datetime) -> list[Event]:
        """A join; where they left a moment before, that leave comes first."""
        trail = self._trail(person, now)
        if trail.joined_at == joined_at:
            return []
        facts: list[Event] = []
        held = self._held.get(person.key)
        if held is not None and joined_at > held.at:
            facts.append(self._left(self._held.pop(person.key)))
        # A ban may be heard of before the join that it ended.
        if trail.banned_at is None or joined_at > trail.banned_at:
            trail.gone, trail.ban, trail.banned_at = False, None, None
        trail.joined_at = joined_at
        fact = MemberJoined(
            guild_id=person.guild_id,
            user_id=person.user_id,
            username=person.username,
            account_age_days=account_age_days(person.user_id, joined_at),
            is_bot=person.is_bot,
            joined_at=joined_at,
        )
        return [*facts, fact]

    def removed(self, person: Person, joined_at: datetime | None, now: datetime) -> list[Event]:
        """A removal is no fact yet; it is returned later by `decide`."""
        trail = self._trail(person, now)
        if trail.gone or person.key in self._held:
            return []
        due = now + self._leave_hold
        self._held[person.key] = Removal(person, joined_at or trail.joined_at, now, due)
        if len(self._held) <= HELD:
            return []
        return [self._left(self._held.pop(next(iter(self._held))))]

    def banned(self, person: Person, now: datetime) -> list[Event]:
        """A ban, which also explains a removal that is held or still to come."""
        trail = self._trail(person, now)
        self._held.pop(person.key, None)
        trail.gone = True
        if trail.ban == "banned":
            return []
        trail.ban, trail.banned_at = "banned", now
        return [MemberBanned(**self._ban(person, "ban", now))]

    def unbanned(self, person: Person, now: datetime) -> list[Event]:
        """The end of a ban; a removal that comes after it is still the ban's."""
        trail = self._trail(person, now)
        if trail.ban == "unbanned":
            return []
        trail.ban, trail.banned_at = "unbanned", None
        return [MemberUnbanned(**self._ban(person, "unban", now))]

    def audit_seen(self, entry: AuditSeen, now: datetime) -> list[Event]:
        """An entry is kept for the signal that it explains."""
        self._audit.add(entry, now)
        return []

    def decide(self, now: datetime) -> list[Event]:
        """The removals whose time has come: they left."""
        due = [removal for removal in self._held.values() if removal.due <= now]
        return [self._left(self._held.pop(removal.person.key)) for removal in due]

    def decide_all(self) -> list[Event]:
        """Every removal that is held, at once: nothing more is to come."""
        held, self._held = list(self._held.values()), {}
        return [self._left(removal) for removal in held]

    def next_due(self) -> datetime | None:
        """When `decide` next has something to say."""
        # All are held for the same time, so the first is the earliest.
        first = next(iter(self._held.values()), None)
        return None if first is None else first.due

    def _trail(self, person: Person, now: datetime) -> Trail:
        trail = self._trails.pop(person.key, None) or Trail(now)
        if now - trail.touched > REPEATED_WITHIN:
            trail = Trail(now, joined_at=trail.joined_at)
        trail.touched = now
        self._trails[person.key] = trail
        if len(self._trails) > TRAILS:
            self._trails.popitem(last=False)
        return trail

    def _ban(self, person: Person, action: AuditAction, now: datetime) -> dict[str, Any]:
        entry = self._audit.take(action, person, now)
        return {
            "guild_id": person.guild_id,
            "user_id": person.user_id,
            "username": person.username,
            "moderator_id": entry.moderator_id if entry else None,
            "reason": entry.reason if entry else None,
            "source": "discord",
        }

    def _left(self, removal: Removal) -> Event:
        person = removal.person
        kick = self._audit.take("kick", person, removal.at)
        if trail := self._trails.get(person.key):
            trail.gone = True
        return MemberLeft(
            guild_id=person.guild_id,
            user_id=person.user_id,
            username=person.username,
            is_bot=person.is_bot,
            kind="kicked" if kick else "left",
            moderator_id=kick.moderator_id if kick else None,
            joined_at=removal.joined_at,
            left_at=removal.at,
        )
