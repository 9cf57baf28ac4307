"""Taking turns where some may not go: parked, they cost nothing, and nobody is forgotten."""

from uuid import uuid4

from bot.outbox.fair_queue import FairQueue
from bot.outbox.priority_queue import Rank
from bot.outbox.rows import LeasedDelivery


def waiting(*endpoint_ids: int, each: int = 1) -> FairQueue:
    """Lanes of that many, whose deliveries bear the endpoint's number times 100, 101, …"""
    turns = FairQueue()
    for number in range(each):
        for endpoint_id in endpoint_ids:
            one = LeasedDelivery(
                endpoint_id * 100 + number, 1, endpoint_id, uuid4(), "member.joined", b"{}"
            )
            turns.put(one, Rank.FIRST)
    return turns


class Rules:
    """Who may not go, and why; keeps who was asked about."""

    def __init__(self, **reasons: set[int]) -> None:
        self.reasons = reasons
        self.asked: list[int] = []

    def why_not(self, endpoint_id: int) -> str | None:
        self.asked.append(endpoint_id)
        return next((why for why, those in self.reasons.items() if endpoint_id in those), None)


def taken(turns: FairQueue, rules: Rules) -> list[int]:
    found: list[int] = []
    while (one := turns.take(rules.why_not)) is not None:
        found.append(one.id)
    return found


def test_a_lane_that_may_not_go_is_asked_about_once() -> None:
    turns, rules = waiting(1, 2, 3, each=2), Rules(full={1, 3})

    assert taken(turns, rules) == [200, 201]
    assert taken(turns, rules) == []

    assert rules.asked == [1, 2, 3, 2]
    assert len(turns) == 4


def test_what_comes_in_for_a_parked_lane_does_not_wake_it() -> None:
    turns, rules = waiting(1), Rules(full={1})
    taken(turns, rules)

    turns.put(LeasedDelivery(102, 1, 1, uuid4(), "member.joined", b"{}"), Rank.URGENT)

    assert taken(turns, rules) == []
    assert rules.asked == [1]


def test_a_lane_is_looked_at_again_and_goes_where_its_reason_is_gone() -> None:
    turns, rules = waiting(1, 2), Rules(full={1, 2})
    taken(turns, rules)

    rules.reasons = {"full": {1}}
    turns.look_again(1, rules.why_not)
    turns.look_again(2, rules.why_not)
    turns.look_again(3, rules.why_not)  # nothing waits for it

    assert taken(turns, rules) == [200]


def test_lanes_are_woken_in_the_order_in_which_they_were_parked() -> None:
    turns, rules = waiting(1, 2, 3), Rules(full={1, 2, 3})
    taken(turns, rules)
    rules.reasons = {}

    for wanted in ([100], [200], [300]):
        assert turns.wake_first("full")
        assert taken(turns, rules) == wanted
    assert not turns.wake_first("full")


def test_a_woken_lane_that_was_too_late_keeps_its_place_in_front() -> None:
    turns, rules = waiting(1, 2), Rules(full={1, 2})
    taken(turns, rules)

    turns.wake_first("full")
    assert taken(turns, rules) == []  # somebody else was faster
    rules.reasons = {}
    turns.wake_first("full")

    assert taken(turns, rules) == [100]


def test_a_lane_can_wait_for_something_else_next() -> None:
    turns, rules = waiting(1, 2), Rules(full={1, 2})
    taken(turns, rules)

    rules.reasons = {"late": {1}}
    turns.look_again(1, rules.why_not)

    assert taken(turns, rules) == []
    assert not turns.rests("late")  # 2 is still parked for the other reason
    turns.look_again(2, rules.why_not)
    assert taken(turns, rules) == [200]
    assert turns.rests("late")
    assert not turns.wake_first("full")
    assert turns.wake_first("late")


def test_a_parked_lane_can_be_dropped() -> None:
    turns, rules = waiting(1, 2, each=2), Rules(full={1})
    taken(turns, rules)

    assert [one.id for one in turns.drop(1)] == [100, 101]

    assert turns.rests("full")
    assert (len(turns), list(turns)) == (0, [])
    assert not turns.wake_first("full")


def test_a_thousand_parked_lanes_are_not_asked_about_for_every_one_that_goes() -> None:
    turns, rules = waiting(*range(1, 1_001)), Rules(full=set(range(1, 1_001)))
    taken(turns, rules)
    rules.asked.clear()

    for number in range(50):
        one = LeasedDelivery(number, 1, 5_000, uuid4(), "member.joined", b"{}")
        turns.put(one, Rank.FIRST)
        assert turns.take(rules.why_not) is one

    assert rules.asked == [5_000] * 50


def test_a_reason_stands_while_a_lane_is_parked_for_it() -> None:
    turns, rules = waiting(1, 2, 3), Rules(full={1}, slow={2, 3})
    assert not turns.parks("full", "slow")
    taken(turns, rules)
    assert turns.parks("full")
    assert turns.parks("other", "slow")
    assert turns.parks("slow", "other", "full") == ["slow", "full"]
    assert not turns.parks("other")

    turns.drop(1)
    assert not turns.parks("full")

    assert turns.wake_first("slow")
    assert turns.parks("slow")
    assert turns.wake_first("slow")
    assert not turns.parks("full", "slow")
    assert not turns.wake_first("slow")
    assert taken(turns, Rules()) == [200, 300]
