"""Interpreter of the gateway's signals about members: pure rules, signals in, facts out."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.catalogue.members import MemberJoined
from bot.features.members import facts
from bot.features.members.facts import Fact
from bot.features.members.interpreter_state import (
    ACT_OF,
    KIND_OF,
    REPEATED_WITHIN,
    SLOTS,
    ExpectedFacts,
    FactKind,
    Held,
    Holding,
    RecentEntries,
    Trail,
    Trails,
)
from bot.keyed_lock import Key
from bot.snapshots import AuditAction, AuditSeen, Person

EXPLAINS: dict[AuditAction, tuple[FactKind, ...]] = {
    "kick": ("left",),
    "prune": (),
    "ban": ("banned", "left"),
    "unban": ("unbanned",),
}


class MemberInterpreter:
    """Interpreter of signals, in any order and more than once, into facts that come once.

    A removal is held for `hold`: a ban or an audit entry, before or within that time, says what
    it was. A ban and its end are held too where the log may be read, for the entry that names
    the moderator. An entry that no signal follows is a fact by itself once the hold is over; one
    that comes after its fact was told changes nothing. An entry of the bot's own with a case in
    its reason makes no fact: the case told it. Memory is bounded: the trail untouched for longest
    is forgotten first, and of too much that is held the oldest is decided at once.
    """

    def __init__(self, hold: timedelta) -> None:
        self.holding = Holding()
        self.expected = ExpectedFacts()
        self._hold_for = hold
        self._trails = Trails()
        self._audit = RecentEntries()

    def joined(self, person: Person, joined_at: datetime, now: datetime) -> list[Fact]:
        """A join; where they left or were banned a moment before, that comes first."""
        trail = self._trails.of(person.key, now, person)
        if trail.joined_at == joined_at:
            # Told again, maybe together with the removal that went before it.
            for removal in self.holding.of(person.key, "left"):
                self.holding.doubt(removal)
            return []
        held = self.holding.of(person.key, *SLOTS)
        told = self._decide(one for one in held if joined_at > (one.joined_at or one.at))
        for removal in self.holding.of(person.key, "left"):
            # Discord's moment of the join, our moment of a removal that says nothing of its visit:
            # two clocks tell nothing of the order, unless they are far apart.
            if removal.joined_at is None and removal.at - joined_at <= REPEATED_WITHIN:
                self.holding.doubt(removal)
        trail.enter(joined_at, now)
        return [*told, facts.joined(person, joined_at)]

    def removed(self, person: Person, joined_at: datetime | None, now: datetime) -> list[Fact]:
        """A removal: a fact at once where an entry explains it, else later."""
        trail = self._trails.of(person.key, now, person)
        if trail.gone or self.holding.of(person.key, "left"):
            return []
        due = now + self._hold_for
        held = Held("left", person.key, now, due, person, joined_at or trail.joined_at)
        # Right after a join it may be the one before that, out of turn.
        is_doubtful = trail.entered is not None and now - trail.entered <= self._hold_for
        return self._explained_or_held(replace(held, is_doubtful=is_doubtful))

    def banned(
        self, person: Person, now: datetime, *, reads_log: bool, was_member: bool | None = None
    ) -> list[Fact]:
        """A ban, which also explains a removal that is held or still to come.

        `was_member` is what Discord's own memory says of them at that moment.
        """
        trail = self._trails.of(person.key, now, person)
        for removal in self.holding.of(person.key, "left"):
            was_member = True  # theirs is the departure that was not told yet
            self.holding.drop(removal)
        trail.gone = True
        if trail.ban == "banned" or trail.awaits("banned"):
            return []
        told = self._decide(self.holding.of(person.key, "unbanned", "entry:unban"))
        trail.mark("banned", now)
        due = now + self._hold_for
        held = Held("banned", person.key, now, due, person, was_member=was_member)
        return told + self._explained_or_held(held, waits=reads_log)

    def unbanned(self, person: Person, now: datetime, *, reads_log: bool) -> list[Fact]:
        """The end of a ban; a removal that comes after it is still the ban's."""
        trail = self._trails.of(person.key, now, person)
        if trail.ban == "unbanned" or trail.awaits("unbanned"):
            return []
        told = self._decide(self.holding.of(person.key, "banned", "entry:ban"))
        trail.mark("unbanned", now)
        held = Held("unbanned", person.key, now, now + self._hold_for, person)
        return told + self._explained_or_held(held, waits=reads_log)

    def audit_seen(self, entry: AuditSeen, now: datetime) -> list[Fact]:
        """An entry explains what is held, or is kept for the signal that is to come."""
        if not self._audit.add(entry, now) or entry.target_id is None:
            return []
        key = (entry.guild_id, entry.target_id)
        trail = self._trails.of(key, now, entry.target)
        if held := self.holding.of(key, *EXPLAINS[entry.action]):
            return self._decide(one for one in held[:1] if not one.is_doubtful)
        if trail.knows(entry):
            self._audit.use(entry)
            return []
        due = now + self._hold_for
        return self._hold(Held("entry", key, now, due, entry.target, trail.joined_at, entry))

    def learn(self, fact: Fact, now: datetime) -> None:
        """What was told elsewhere, by a case or after an absence, is not told again here."""
        key = (fact.guild_id, fact.user_id)
        unheard = self.expected.told(fact)
        trail = self._trails.of(key, now)
        trail.awaited |= {one for one in unheard if not self.holding.of(key, one)}
        if isinstance(fact, MemberJoined):
            trail.enter(fact.joined_at, now)
            return
        kind = ACT_OF[type(fact)]
        trail.mark(kind, now)
        self._let_go(key, kind)

    def decide(self, now: datetime | None = None) -> list[Fact]:
        """What is held and whose time has come; all of it without a time: no more is to come.

        What is doubtful waits for what Discord says when it is asked.
        """
        held = self.holding.all() if now is None else self.holding.due(now)
        return self._decide(one for one in held if not one.is_doubtful)

    def decide_about(self, key: Key) -> list[Fact]:
        """What is held of one person, at once: something else is to be told of them."""
        return self._decide(one for one in self.holding.of(key, *SLOTS) if not one.is_doubtful)

    def _explained_or_held(self, held: Held, *, waits: bool = True) -> list[Fact]:
        """Decide at once where an entry came before this signal, or none is to be waited for."""
        entry = _entry_for(held, self._audit)
        return self._hold(held) if entry is None and waits else self._told(held, entry)

    def _hold(self, held: Held) -> list[Fact]:
        oldest = self.holding.put(held)
        return [] if oldest is None else self._decide([oldest])

    def _decide(self, due: Iterable[Held]) -> list[Fact]:
        told: list[Fact] = []
        for held in due:
            if held not in self.holding.of(held.key, held.slot[1]):
                continue  # explained by another one of these
            entry = held.entry or _entry_for(held, self._audit)
            if entry is None and held.kind == "left":
                entry = self._audit.take("prune", held.key, held.at)
            told += self._told(held, entry)
        return told

    def _told(self, held: Held, entry: AuditSeen | None) -> list[Fact]:
        """The fact, once; none for an echo, nor where nobody knows the account's name."""
        self.holding.drop(held)
        if held.entry is not None and held.entry.is_echo:
            self._audit.use(held.entry)  # of the bot's own act: it explains nobody else's
        trail = self._trails.get(held.key) or Trail(held.at)
        person = held.person or trail.person
        if person is None:
            return []  # a bare id: the next comparison of the guild finds it
        kind = held.kind
        if entry is not None and kind in ("left", "entry"):
            kind = KIND_OF[entry.action]
        is_new = held.kind == kind or entry is None or not trail.knows(entry)
        trail.mark(kind, held.at)
        self._let_go(held.key, kind)
        if not is_new or (entry is not None and entry.is_echo):
            return []
        fact = _fact(kind, person, held, entry)
        return [] if self.expected.takes(fact) else [fact]

    def _let_go(self, key: Key, kind: FactKind) -> None:
        """What is told is not held any longer, in whatever form."""
        actions = [action for action, means in KIND_OF.items() if means == kind]
        also = ("left",) if kind == "banned" else ()
        for held in self.holding.of(key, kind, *also, *(f"entry:{action}" for action in actions)):
            if held.entry is not None:
                self._audit.use(held.entry)
            self.holding.drop(held)


def _entry_for(held: Held, audit: RecentEntries) -> AuditSeen | None:
    for action, explained in EXPLAINS.items():
        if held.kind in explained and (entry := audit.take(action, held.key, held.at)):
            return entry
    return None


def _fact(kind: FactKind, person: Person, held: Held, entry: AuditSeen | None) -> Fact:
    if kind == "banned":
        # A removal that an entry explains as a ban was theirs.
        was_member = True if held.kind == "left" else held.was_member
        return facts.banned(person, entry, was_member=was_member)
    if kind == "unbanned":
        return facts.unbanned(person, entry)
    return facts.left(person, entry, joined_at=held.joined_at, left_at=held.at)
