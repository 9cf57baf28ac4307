"""The ready queue: bounded, in turn, and closed where younger ones must not overtake."""

from collections import Counter
from uuid import uuid4

from bot.outbox.priority_queue import Rank
from bot.outbox.ready import Ready
from bot.outbox.rows import LeasedDelivery

NOBODY: Counter[int] = Counter()


def due(
    endpoint_id: int, number: int, *, attempt: int = 0, type: str = "member.joined"
) -> LeasedDelivery:
    return LeasedDelivery(number, 1, endpoint_id, uuid4(), type, b"{}", attempt)


def retry(endpoint_id: int, number: int) -> LeasedDelivery:
    return due(endpoint_id, number, attempt=1)


def urgent(endpoint_id: int, number: int, *, attempt: int = 0) -> LeasedDelivery:
    return due(endpoint_id, number, attempt=attempt, type="security.raid_detected")


def filled(**limits: int) -> Ready:
    """Lane 1 with 1 to 4, lane 2 with 5 and 6, lane 3 with 7."""
    ready = Ready(**limits)
    ready.push([due(1, n) for n in range(1, 5)] + [due(2, 5), due(2, 6), due(3, 7)])
    return ready


def taken(ready: Ready) -> list[int]:
    found: list[int] = []
    while (one := ready.turns.take(lambda _: None)) is not None:
        found.append(one.id)
    return found


def test_lanes_take_turns_and_keep_their_order() -> None:
    ready = filled()

    assert taken(ready) == [1, 5, 7, 2, 6, 3, 4]
    assert len(ready) == 0


def test_a_dropped_lane_is_handed_over_in_its_order() -> None:
    ready = filled()

    assert [one.id for one in ready.turns.drop(1)] == [1, 2, 3, 4]
    assert ready.turns.drop(1) == []
    assert (ready.turns.length(1), len(ready)) == (0, 3)
    assert taken(ready) == [5, 7, 6]


def test_dropping_all_leaves_nothing() -> None:
    ready = filled()

    assert sorted(one.id for one in ready.drop_all()) == list(range(1, 8))
    assert len(ready) == 0
    assert list(ready) == []
    assert taken(ready) == []


def test_the_bounds() -> None:
    ready = filled(limit=12, per_endpoint=4)

    assert [ready.room(endpoint_id) for endpoint_id in (1, 2, 3, 4)] == [0, 2, 3, 4]
    assert [ready.admits(n, NOBODY) for n in (1, 2, 3, 4)] == [False, True, True, True]
    assert not ready.admits(2, Counter({2: 2}))
    assert not ready.admits(4, Counter({2: 2, 3: 3}))
    assert ready.admits(4, Counter({2: 2, 3: 2}))


def test_the_fuller_all_lanes_are_the_less_one_may_hold() -> None:
    ready = Ready(limit=64, per_endpoint=8)
    room: list[int] = []
    for lane in range(1, 40):
        room.append(ready.room(lane))
        ready.push([due(lane, lane * 10 + n) for n in range(ready.room(lane))])

    assert room[:7] == [8] * 7
    assert room[7:11] == [4, 2, 1, 1]
    assert len(ready) == 64
    assert set(room[11:]) == {0}


def test_a_lane_that_drains_slowly_can_be_given_less() -> None:
    ready = Ready(limit=64, per_endpoint=8)
    ready.bounds.bind(1, 2)
    assert (ready.room(1), ready.room(2)) == (2, 8)
    assert ready.is_roomy(1)
    ready.push([due(1, 1), due(1, 2)])
    assert not ready.is_roomy(1)
    assert not ready.admits(1, NOBODY)
    ready.bounds.bind(1, None)
    assert ready.room(1) == 6


def test_a_closed_lane_admits_nothing_fresh_but_takes_what_was_claimed() -> None:
    ready, turned_away = Ready(), list[LeasedDelivery]()
    ready.on_turned_away = turned_away.extend

    assert ready.close(1)
    assert not ready.close(1)
    assert not ready.admits(1, Counter())
    ready.push_fresh([due(1, 1), due(2, 2)])
    ready.push([due(1, 3)])

    assert [one.id for one in turned_away] == [1]
    assert taken(ready) == [2, 3]
    ready.open(1)
    assert ready.admits(1, Counter())


def test_every_push_wakes() -> None:
    ready, woken = Ready(), list[int]()
    ready.on_push = lambda: woken.append(len(ready))

    ready.push([due(1, 1)])
    ready.push_fresh([due(1, 2), due(2, 3)])

    assert woken == [1, 3]


# --- who goes first --------------------------------------------------------------------------


def test_security_goes_before_first_attempts_and_they_before_retries() -> None:
    ready = Ready()
    ready.push([retry(1, 1), due(1, 2), urgent(1, 3, attempt=2), retry(1, 4)])

    assert taken(ready) == [3, 2, 1, 4]


def test_the_lane_with_the_better_delivery_has_its_turn_first() -> None:
    ready = Ready()
    ready.push([retry(1, 1), retry(2, 2), due(3, 3), urgent(4, 4)])
    ready.push([urgent(2, 5)])  # a better one gives its lane a better turn

    assert taken(ready) == [4, 5, 3, 1, 2]


def test_what_waits_longest_has_every_fifth_turn() -> None:
    ready = Ready()
    ready.push([retry(1, 1), retry(1, 2)])
    ready.push_fresh([due(1, n) for n in range(10, 20)])

    assert taken(ready) == [10, 11, 12, 13, 1, 14, 15, 16, 17, 2, 18, 19]


def test_a_lane_of_retries_has_every_fifth_turn_too() -> None:
    ready = Ready()
    ready.push([retry(9, 1), retry(9, 2)])
    for endpoint_id in range(10, 18):
        ready.push_fresh([due(endpoint_id, endpoint_id)])

    assert taken(ready) == [10, 11, 12, 13, 1, 14, 15, 16, 17, 2]


def test_a_closed_lane_keeps_the_order_in_which_it_was_claimed() -> None:
    ready = Ready()
    ready.close(1)
    ready.push([retry(1, 1), due(1, 2), urgent(1, 3), due(1, 4)])

    assert taken(ready) == [1, 2, 3, 4]


def test_what_is_urgent_passes_a_closed_lane_but_none_that_is_closed_to_all() -> None:
    ready, turned_away = Ready(), list[LeasedDelivery]()
    ready.on_turned_away = turned_away.extend
    ready.close(1)
    ready.close(2, to_all=True)
    ready.push([due(1, 1), due(2, 2)])

    assert ready.admits(1, NOBODY, rank=Rank.URGENT)
    assert not ready.admits(2, NOBODY, rank=Rank.URGENT)
    ready.push_fresh([urgent(1, 3), urgent(2, 4)])

    assert [one.id for one in turned_away] == [4]
    assert taken(ready) == [3, 2, 1]
    ready.open(2)
    assert ready.admits(2, NOBODY, rank=Rank.URGENT)


def test_what_is_urgent_finds_room_in_a_full_lane_and_the_youngest_makes_it() -> None:
    ready, turned_away = Ready(per_endpoint=3), list[LeasedDelivery]()
    ready.on_turned_away = turned_away.extend
    ready.push_fresh([due(1, 1), due(1, 2), due(1, 3)])

    assert not ready.admits(1, NOBODY)
    assert ready.admits(1, NOBODY, rank=Rank.URGENT)
    assert not ready.admits(1, Counter({1: 3}), rank=Rank.URGENT)
    ready.push_fresh([urgent(1, 4)])

    assert [one.id for one in turned_away] == [3]
    assert not ready.admits(1, NOBODY)  # its youngest waits in the database now
    assert taken(ready) == [4, 1, 2]


def test_more_than_a_lane_holds_is_turned_away_and_closes_it() -> None:
    ready, turned_away = Ready(per_endpoint=2), list[LeasedDelivery]()
    ready.on_turned_away = turned_away.extend

    ready.push_fresh([due(1, n) for n in range(1, 5)])

    assert [one.id for one in turned_away] == [3, 4]
    assert len(ready) == ready.turns.length(1) == 2
    assert not ready.admits(1, NOBODY)
    assert taken(ready) == [1, 2]
