"""Random orders, repetitions and omissions of what Discord sends end in the same facts."""

import os
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.clock import ManualClock
from bot.features.members.facts import Fact
from bot.features.members.interpreter import MemberInterpreter
from bot.snapshots import AuditAction, AuditSeen, Person
from tests.unit.members.test_audit import short

EXAMPLES = 2_000 if os.environ.get("HERALD_SOAK") == "1" else 200
START = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
JOINED = START - timedelta(days=3)
GUILD, MODERATOR, HOLD = 81_384_788_765_712_384, 77, 2.5

KICKED = Person(GUILD, 1, "kicked", is_bot=False)
BANNED = Person(GUILD, 2, "banned", is_bot=False)
LEAVER = Person(GUILD, 3, "leaver", is_bot=False)
PRUNED = [Person(GUILD, number, f"pruned_{number}", is_bot=False) for number in (4, 5, 6)]

Signal = tuple[str, Person | None]

# What must come at least once, and what may never come.
NEEDED: list[Signal] = [
    ("kick", KICKED),
    ("ban", BANNED),
    ("removal", LEAVER),
    ("prune", None),
    *[("removal", person) for person in PRUNED],
]
OMITTED: list[Signal] = [("removal", KICKED), ("removal", BANNED), ("banned", BANNED)]
ENTRY_IDS = {"kick": 11, "ban": 12, "prune": 13}


def hear(watch: MemberInterpreter, signal: Signal, now: datetime, count: int) -> list[Fact]:
    kind, person = signal
    if kind == "removal":
        assert person is not None
        return watch.removed(person, JOINED, now)
    if kind == "banned":
        assert person is not None
        return watch.banned(person, now, reads_log=True)
    action: AuditAction = "kick" if kind == "kick" else "ban" if kind == "ban" else "prune"
    target_id = person.user_id if person else None
    entry = AuditSeen(
        GUILD, ENTRY_IDS[kind], action, target_id, MODERATOR, None, count=count, target=person
    )
    return watch.audit_seen(entry, now)


def played(random: Random) -> list[Fact]:
    """One evening: everything within the hold, shuffled, repeated; then stragglers."""
    signals = NEEDED + [signal for signal in OMITTED if random.random() < 0.5]
    signals += random.choices(signals, k=random.randint(0, 8))
    random.shuffle(signals)
    clock, watch, facts = (
        ManualClock(START),
        MemberInterpreter(timedelta(seconds=HOLD)),
        list[Fact](),
    )
    pause = HOLD * 0.99 / len(signals)
    # Which of the removed the log counts as pruned is not said, so the leaver is gone before.
    leaver = [signal for signal in signals if signal == ("removal", LEAVER)]
    early = random.random() < 0.5
    if early:
        facts += hear(watch, leaver[0], clock.now(), 3)
        clock.advance(HOLD)
        facts += watch.decide(clock.now())
    for signal in signals:
        if early or signal != ("removal", LEAVER):
            clock.advance(random.random() * pause)
            facts += watch.decide(clock.now())
            facts += hear(watch, signal, clock.now(), 3)
    clock.advance(HOLD)
    facts += watch.decide(clock.now())
    if not early:
        clock.advance(20)
        facts += hear(watch, leaver[0], clock.now(), 3)
    for signal in random.choices(signals, k=5):
        clock.advance(random.random() * 60)
        facts += watch.decide(clock.now())
        facts += hear(watch, signal, clock.now(), 3)
    clock.advance(HOLD)
    return facts + watch.decide(clock.now())


@pytest.mark.soak
def test_every_order_ends_in_the_same_facts() -> None:
    wanted = {
        KICKED.user_id: ("kicked", MODERATOR),
        BANNED.user_id: ("banned", MODERATOR),
        LEAVER.user_id: ("left", None),
        **{person.user_id: ("kicked", MODERATOR) for person in PRUNED},
    }
    for seed in range(EXAMPLES):
        facts = played(Random(seed))
        assert len(facts) == len(wanted), f"seed {seed}: {[short(fact) for fact in facts]}"
        assert {fact.user_id: short(fact) for fact in facts} == wanted, f"seed {seed}"


@pytest.mark.thorough("a long campaign")
def test_nothing_is_left_behind_in_memory() -> None:
    watch = MemberInterpreter(timedelta(seconds=HOLD))
    for number in range(30_000):
        person = Person(GUILD, number, "one", is_bot=False)
        hear(watch, ("removal", person), START, 1)
    assert len(watch.holding.all()) == 10_000
    assert len(watch.decide(START + timedelta(seconds=3))) == 10_000
    assert watch.holding.next_due() is None
