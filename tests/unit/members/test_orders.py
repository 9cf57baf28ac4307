"""Whatever the order and however often a signal comes, each fact comes once."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from hypothesis import given
from hypothesis import strategies as st

from bot.catalogue import Event
from bot.features.members.interpreter import MemberInterpreter
from bot.snapshots import Person

NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
JOINED = NOW - timedelta(hours=1)
HOLD = timedelta(seconds=2.5)
PEOPLE = [Person(1, number, f"otter_{number}", is_bot=False) for number in range(3)]

Signal = tuple[Person, str]


def hear(watch: MemberInterpreter, signal: Signal, now: datetime) -> Sequence[Event]:
    person, kind = signal
    if kind == "join":
        return watch.joined(person, JOINED, now)
    if kind == "removal":
        return watch.removed(person, None, now)
    heard = watch.banned if kind == "ban" else watch.unbanned
    return heard(person, now, reads_log=False)


def told(signals: list[Signal], *, pause: timedelta = timedelta(0)) -> list[Event]:
    watch, now, facts = MemberInterpreter(HOLD), NOW, list[Event]()
    for signal in signals:
        now += pause
        facts += [*watch.decide(now), *hear(watch, signal, now)]
    for held in watch.holding.doubtful():
        watch.holding.settle(held, is_gone=True)  # Discord was asked
    return facts + watch.decide()


def of(person: Person, facts: list[Event]) -> list[str]:
    return [fact.type for fact in facts if getattr(fact, "user_id", None) == person.user_id]


@st.composite
def shuffled(draw: st.DrawFn, kinds: tuple[str, ...]) -> list[str]:
    """Each of the kinds at least once, up to three times, in any order."""
    repeated = [kind for kind in kinds for _ in range(draw(st.integers(1, 3)))]
    return draw(st.permutations(repeated))


@given(shuffled(("join", "removal", "ban")))
def test_a_ban_is_never_a_leave(kinds: list[str]) -> None:
    facts = of(PEOPLE[0], told([(PEOPLE[0], kind) for kind in kinds]))
    assert sorted(facts) == ["member.banned", "member.joined"]


@given(shuffled(("removal", "ban")), st.integers(1, 400))
def test_a_ban_within_the_hold_explains_the_removal(kinds: list[str], pause: int) -> None:
    together = timedelta(milliseconds=pause)
    assert len(kinds) * together <= HOLD
    facts = told([(PEOPLE[0], kind) for kind in kinds], pause=together)
    assert of(PEOPLE[0], facts) == ["member.banned"]


@given(shuffled(("join", "removal")))
def test_a_visit_is_one_join_and_one_leave(kinds: list[str]) -> None:
    facts = of(PEOPLE[0], told([(PEOPLE[0], kind) for kind in kinds]))
    assert sorted(facts) == ["member.joined", "member.left"]


@given(st.lists(st.sampled_from(["ban", "unban"]), max_size=12))
def test_bans_and_unbans_in_a_row_count_once(kinds: list[str]) -> None:
    facts = of(PEOPLE[0], told([(PEOPLE[0], kind) for kind in kinds]))
    names = {"ban": "member.banned", "unban": "member.unbanned"}
    assert facts == [names[kind] for kind, _ in groupby(kinds)]


SIGNALS = st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["join", "removal", "ban", "unban"]))


@given(st.lists(SIGNALS, max_size=20))
def test_people_do_not_concern_one_another(signals: list[Signal]) -> None:
    facts = told(signals)
    for person in PEOPLE:
        alone = [signal for signal in signals if signal[0] == person]
        assert of(person, facts) == of(person, told(alone))
