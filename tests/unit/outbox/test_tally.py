"""What a settled group means for each endpoint."""

from uuid import uuid4

from bot.dialects.base import Answer
from bot.outbox.rows import GroupOutcome, LeasedDelivery, Settlement, Tried, tally
from bot.outbox.tables import DeliveryState

DELIVERED, PENDING = DeliveryState.DELIVERED, DeliveryState.PENDING


def settled(
    endpoint_id: int, state: DeliveryState, *, counts: bool = True, status: int | None = 500
) -> Settlement:
    due = LeasedDelivery(1, 1, endpoint_id, uuid4(), "member.joined", b"{}")
    error = None if status is not None else "timeout"
    return Settlement(due, state, 0, None, Tried(1, 1_000, Answer(status, 7, error)), counts)


def test_endpoints_come_in_the_order_of_their_ids() -> None:
    group = [settled(3, PENDING), settled(1, PENDING), settled(2, DELIVERED, status=200)]

    assert [one.endpoint_id for one in tally(group)] == [1, 2, 3]


def test_failures_add_up_and_the_last_error_stays() -> None:
    group = [settled(1, PENDING), settled(1, PENDING, status=None)]

    assert tally(group) == [GroupOutcome(1, False, 2, "timeout", 1_007)]


def test_a_success_forgets_what_came_before_it_but_not_what_came_after() -> None:
    group = [settled(1, PENDING), settled(1, DELIVERED, status=200), settled(1, PENDING)]

    assert tally(group) == [GroupOutcome(1, True, 1, "HTTP 500", 1_007)]


def test_a_fault_of_ours_does_not_count() -> None:
    group = [settled(1, PENDING, counts=False), settled(1, PENDING, status=None, counts=False)]

    assert tally(group) == [GroupOutcome(1, False, 0, "timeout", 1_007)]


def test_nothing_settled_is_nothing_to_count() -> None:
    assert tally([]) == []
