"""State of the interpreter: what was told of people, what is held, and what explains it."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.catalogue.members import MemberBanned, MemberJoined, MemberLeft, MemberUnbanned
from bot.feature import OwnAct
from bot.features.members.facts import Fact
from bot.keyed_lock import Key
from bot.snapshots import AuditAction, AuditSeen, Person

REPEATED_WITHIN = timedelta(minutes=10)
EXPLAINED_WITHIN = timedelta(seconds=10)
TRAILS, HELD, ENTRIES = 20_000, 10_000, 1_000

FactKind = Literal["left", "banned", "unbanned", "entry"]
Brought = Literal["left", "banned", "unbanned"]
"""What becomes of a member, one fact each; a softban is three to the gateway."""

SLOTS = ("left", "entry:kick", "banned", "entry:ban", "unbanned", "entry:unban")
KIND_OF: dict[AuditAction, FactKind] = {
    "kick": "left",
    "prune": "left",
    "ban": "banned",
    "unban": "unbanned",
}

ACT_OF: dict[type[Fact], Brought] = {
    MemberLeft: "left",
    MemberBanned: "banned",
    MemberUnbanned: "unbanned",
}
"""What becomes of a member by a fact; nothing of the bot's makes anybody join."""

_BRINGS: dict[OwnAct, tuple[Brought, ...]] = {
    "left": ("left",),
    "banned": ("left", "banned"),
    "unbanned": ("unbanned",),
    "softbanned": ("left", "banned", "unbanned"),
}
"""A ban is also a removal, which may be heard first."""


@dataclass(frozen=True, slots=True)
class Held:
    """Fact that is told at `due`, unless another signal says more before."""

    kind: FactKind
    key: Key
    at: datetime
    due: datetime
    person: Person | None
    joined_at: datetime | None = None
    entry: AuditSeen | None = None
    was_member: bool | None = None  # of a ban: whether the signals showed them as a member
    is_doubtful: bool = False  # a join was heard since, and nobody says which of the two was first

    @property
    def slot(self) -> tuple[Key, str]:
        """One thing of each kind is held of a person; entries count by what they tell of."""
        return self.key, self.kind if self.entry is None else f"entry:{self.entry.action}"


@dataclass(slots=True)
class Trail:
    """Trail of one person in one guild: what was told, so that it is not told again."""

    touched: datetime
    person: Person | None = None
    joined_at: datetime | None = None
    entered: datetime | None = None  # when that was heard
    gone: bool = False
    ban: Literal["banned", "unbanned"] | None = None
    banned_at: datetime | None = None
    awaited: set[Brought] = field(default_factory=set[Brought])

    def awaits(self, kind: Brought) -> bool:
        """Whether that is of a softban that was told, of which it is then awaited no longer."""
        is_awaited = kind in self.awaited
        self.awaited.discard(kind)
        return is_awaited

    def knows(self, entry: AuditSeen) -> bool:
        """Whether what the entry says was told before."""
        if entry.action in ("ban", "unban"):
            return self.ban == KIND_OF[entry.action]
        return self.gone

    def mark(self, kind: FactKind, at: datetime) -> None:
        """That was told, and happened at that moment."""
        if kind == "left":
            self.gone = True
        elif kind == "banned":
            self.gone, self.ban, self.banned_at = True, "banned", self.banned_at or at
        elif kind == "unbanned":
            self.ban, self.banned_at = "unbanned", None

    def enter(self, joined_at: datetime, now: datetime) -> None:
        """They are there: what was told of an earlier visit is over."""
        # A ban may be heard of before the join that it ended.
        if self.banned_at is None or joined_at > self.banned_at:
            self.gone, self.ban, self.banned_at = False, None, None
        self.joined_at, self.entered = joined_at, now


class Trails:
    """The trails of everybody who was told of lately; the one untouched for longest goes first."""

    def __init__(self) -> None:
        self._trails: OrderedDict[Key, Trail] = OrderedDict()

    def of(self, key: Key, now: datetime, person: Person | None = None) -> Trail:
        """The person's trail, which is touched by it."""
        trail = self._trails.pop(key, None) or Trail(now)
        if now - trail.touched > REPEATED_WITHIN:
            trail = Trail(now, trail.person, joined_at=trail.joined_at)
        trail.touched = now
        trail.person = person or trail.person
        self._trails[key] = trail
        if len(self._trails) > TRAILS:
            self._trails.popitem(last=False)
        return trail

    def get(self, key: Key) -> Trail | None:
        return self._trails.get(key)


@dataclass(slots=True)
class _Kept:
    entry: AuditSeen
    seen_at: datetime
    unused: int


class RecentEntries:
    """Entries by their id: the same one twice counts once, however often Discord sends it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, _Kept] = OrderedDict()

    def add(self, entry: AuditSeen, now: datetime) -> bool:
        """Keep an entry; false where it is known."""
        if entry.entry_id in self._kept:
            return False
        self._kept[entry.entry_id] = _Kept(entry, now, max(entry.count, 0))
        while len(self._kept) > ENTRIES:
            self._kept.popitem(last=False)
        return True

    def use(self, entry: AuditSeen) -> None:
        """The entry has explained what it could."""
        if kept := self._kept.get(entry.entry_id):
            kept.unused = 0

    def take(self, action: AuditAction, key: Key, at: datetime) -> AuditSeen | None:
        """The newest entry that explains what happened to that person; used from then on.

        A prune names nobody: it explains as many removals as it counts.
        """
        for kept in reversed(self._kept.values()):
            entry = kept.entry
            if at - kept.seen_at > EXPLAINED_WITHIN:
                return None
            fits = entry.action == action and entry.guild_id == key[0]
            if fits and kept.unused and (action == "prune" or entry.target_id == key[1]):
                kept.unused -= 1
                return entry
        return None


class Holding:
    """Facts that are held, in the order in which they come due: all for the same time."""

    def __init__(self) -> None:
        self._held: dict[tuple[Key, str], Held] = {}

    def put(self, held: Held) -> Held | None:
        """Hold it; of too much, the oldest is handed back."""
        self._held[held.slot] = held
        return next(iter(self._held.values())) if len(self._held) > HELD else None

    def of(self, key: Key, *slots: str) -> list[Held]:
        """What is held of a person in these slots, in their order."""
        return [self._held[key, slot] for slot in slots if (key, slot) in self._held]

    def drop(self, held: Held) -> None:
        self._held.pop(held.slot, None)

    def due(self, now: datetime) -> list[Held]:
        """What is to be told now."""
        return [held for held in self._held.values() if held.due <= now]

    def doubt(self, held: Held) -> None:
        """Nobody tells it without having asked whether they are there."""
        self._held[held.slot] = replace(held, is_doubtful=True)

    def doubtful(self, now: datetime | None = None) -> list[Held]:
        """Of whom that is to be asked, now or, without a time, all."""
        held = self.all() if now is None else self.due(now)
        return [one for one in held if one.is_doubtful]

    def settle(self, held: Held, *, is_gone: bool) -> None:
        """What the answer was; it may be explained and told meanwhile."""
        if self._held.get(held.slot) != held:
            return
        if is_gone:
            self._held[held.slot] = replace(held, is_doubtful=False)
        else:
            self.drop(held)

    def all(self) -> list[Held]:
        return list(self._held.values())

    def people(self, guild_id: int) -> set[int]:
        """The people of a guild of whom something is held."""
        return {user for (guild, user), _kind in self._held if guild == guild_id}

    def next_due(self) -> datetime | None:
        """When something is to be told next."""
        first = next(iter(self._held.values()), None)
        return None if first is None else first.due


class ExpectedFacts:
    """What the gateway tells of an act under way is kept; the case's own telling makes an end.

    Without the audit log nobody can see whose a ban is: one by hand at the same moment upon the
    same person is the same fact.
    """

    def __init__(self) -> None:
        self._expected: dict[Key, set[OwnAct]] = {}
        self._kept: dict[tuple[Key, Brought], Fact] = {}

    def expect(self, key: Key, kind: OwnAct) -> None:
        """Such an act begins."""
        self._expected.setdefault(key, set()).add(kind)

    def awaits(self, fact: Fact) -> bool:
        """Whether an act under way brings it."""
        key, kind = (fact.guild_id, fact.user_id), ACT_OF.get(type(fact))
        return any(kind in _BRINGS[act] for act in self._expected.get(key, ()))

    def takes(self, fact: Fact) -> bool:
        """Keep the fact where it is expected."""
        kind = ACT_OF.get(type(fact))
        if kind is None or not self.awaits(fact):
            return False
        self._kept.setdefault(((fact.guild_id, fact.user_id), kind), fact)
        return True

    def by_hand(self, fact: Fact) -> Fact | None:
        """What the audit log says somebody else did at the moment of the bot's own act."""
        kind = ACT_OF.get(type(fact))
        kept = None if kind is None else self._kept.get(((fact.guild_id, fact.user_id), kind))
        if kept is None or isinstance(kept, MemberJoined) or kept.moderator_id is None:
            return None
        return kept

    def over(self, key: Key, kind: OwnAct) -> list[Fact]:
        """The act is over, one way or the other: what was kept of it."""
        acts = self._expected.get(key, set())
        acts.discard(kind)
        if not acts:
            self._expected.pop(key, None)
        kept = {one: self._kept.pop((key, one), None) for one in _BRINGS[kind]}
        if kept.get("banned") is not None:
            kept["left"] = None  # it was the ban's
        return [fact for fact in kept.values() if fact is not None]

    def told(self, fact: Fact) -> set[Brought]:
        """Somebody told the fact: nothing of it is to be told again; what has yet to be heard."""
        key, kind = (fact.guild_id, fact.user_id), ACT_OF.get(type(fact))
        if kind == "left" and "softbanned" in self._expected.get(key, ()):
            brings = _BRINGS["softbanned"]
            unheard: set[Brought] = {one for one in brings if (key, one) not in self._kept}
            self.over(key, "softbanned")
            unheard.discard("left")
            return unheard
        if kind is not None:
            self.over(key, kind)
        return set()
