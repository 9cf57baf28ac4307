"""Rules of nukes: limits count things within the window, and two changes are one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.features.nukes.model import Damage, Harm, NukeWatch, RepairKind, damages_of
from bot.features.nukes.settings import NukesSettings

NOW = datetime(2026, 5, 24, tzinfo=UTC)
CHOSEN = NukesSettings(ban=5, role_delete=0)


def harm(action: str, *, at: int = 0, actor: int = 7, **more: object) -> Harm:
    moment = NOW + timedelta(seconds=at)
    return Harm(
        guild_id=1,
        actor_id=actor,
        action=action,
        at=moment,
        **more,  # pyright: ignore[reportArgumentType]  some fields
    )


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 6), st.booleans()), max_size=40))
def test_it_trips_where_the_window_holds_as_many_things(
    acts: list[tuple[int, int, bool]],
) -> None:
    """Each is a bulk act on so many whom nothing names, or one more on a thing that it names."""
    watch, done = NukeWatch(), list[tuple[int, int, bool]]()
    for at, number, is_named in sorted(acts):
        done.append((at, number, is_named))
        within = [one for one in done if at - one[0] < 30]
        things = len({thing for _at, thing, named in within if named})
        things += sum(count for _at, count, named in within if not named)
        what: dict[str, int] = {"target_id": number} if is_named else {"count": number}
        trip = watch.add(harm("ban", at=at, **what), CHOSEN)
        assert (trip is not None) == (things >= 5)
        assert trip is None or trip.count == things


def test_each_is_counted_for_themselves_and_what_has_no_limit_is_not() -> None:
    watch = NukeWatch()
    for actor in range(20):
        assert watch.add(harm("ban", actor=actor), CHOSEN) is None
        assert watch.add(harm("role_delete", actor=99, count=9), CHOSEN) is None
        assert watch.add(harm("overwrite", actor=99, count=9), CHOSEN) is None


def test_two_changes_of_one_thing_are_put_back_as_one() -> None:
    first = Damage(RepairKind.ROLE_CHANGE, 5, {"before": "a", "after": "b"})
    last = Damage(RepairKind.ROLE_CHANGE, 5, {"before": "b", "after": "c"})
    one, other = (Damage(RepairKind.HOLDER, 9, {"roles": [role]}) for role in ("1", "2"))
    found = damages_of([harm("x", damages=(first, one)), harm("x", damages=(last, other))])
    assert [dict(damage.plan) for damage in found] == [
        {"before": "a", "after": "c"},
        {"roles": ["1", "2"]},
    ]


def test_an_entry_of_the_log_is_new_once() -> None:
    watch = NukeWatch()
    assert [watch.is_new(1, 5), watch.is_new(1, 5), watch.is_new(2, 5)] == [True, False, True]
    assert [watch.is_new(1, 0), watch.is_new(1, 0)] == [True, True]
