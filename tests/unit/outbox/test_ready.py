"""The ready queue: bounded, in turn, and closed where younger ones must not overtake."""

from collections import Counter
from uuid import uuid4

from bot.outbox.ready import Ready
from bot.outbox.rows import Due


def due(endpoint_id: int, number: int) -> Due:
    return Due(number, 1, endpoint_id, uuid4(), "member.joined", b"{}")


def filled(**limits: int) -> Ready:
    """Lane 1 with 1 to 4, lane 2 with 5 and 6, lane 3 with 7."""
    ready = Ready(**limits)
    ready.push([due(1, n) for n in range(1, 5)] + [due(2, 5), due(2, 6), due(3, 7)])
    return ready


def taken(ready: Ready, *blocked: int) -> list[int]:
    found: list[int] = []
    while (one := ready.take(lambda endpoint_id: endpoint_id not in blocked)) is not None:
        found.append(one.id)
    return found


def test_lanes_take_turns_and_keep_their_order() -> None:
    ready = filled()

    assert taken(ready) == [1, 5, 7, 2, 6, 3, 4]
    assert len(ready) == 0


def test_a_lane_that_may_not_go_is_passed_over_and_keeps_its_place() -> None:
    ready = filled()

    assert taken(ready, 1) == [5, 7, 6]
    assert len(ready) == 4
    assert taken(ready) == [1, 2, 3, 4]


def test_a_dropped_lane_is_handed_over_in_its_order() -> None:
    ready = filled()

    assert [one.id for one in ready.drop_lane(1)] == [1, 2, 3, 4]
    assert ready.drop_lane(1) == []
    assert (ready.has(1), len(ready)) == (False, 3)
    assert taken(ready) == [5, 7, 6]


def test_dropping_all_leaves_nothing() -> None:
    ready = filled()

    assert sorted(one.id for one in ready.drop_all()) == list(range(1, 8))
    assert len(ready) == 0
    assert list(ready) == []
    assert taken(ready) == []


def test_the_bounds() -> None:
    ready = filled(limit=9, per_endpoint=4)
    nobody: Counter[int] = Counter()

    assert [ready.room(endpoint_id) for endpoint_id in (1, 2, 3, 4)] == [0, 2, 2, 2]
    assert [ready.admits(n, nobody) for n in (1, 2, 3, 4)] == [False, True, True, True]
    assert not ready.admits(2, Counter({2: 2}))
    assert not ready.admits(4, Counter({2: 1, 3: 1}))
    assert ready.admits(4, Counter({2: 1}))


def test_a_closed_lane_admits_nothing_fresh_but_takes_what_was_claimed() -> None:
    ready, turned_away = Ready(), list[Due]()
    ready.on_turned_away(turned_away.extend)
    ready.close(1)

    assert not ready.admits(1, Counter())
    ready.push_fresh([due(1, 1), due(2, 2)])
    ready.push([due(1, 3)])

    assert [one.id for one in turned_away] == [1]
    assert taken(ready) == [2, 3]
    ready.open(1)
    assert ready.admits(1, Counter())


def test_every_push_wakes() -> None:
    ready, woken = Ready(), list[int]()
    ready.on_push(lambda: woken.append(len(ready)))

    ready.push([due(1, 1)])
    ready.push_fresh([due(1, 2), due(2, 3)])

    assert woken == [1, 3]
