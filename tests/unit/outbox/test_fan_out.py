"""Planning: one rendering for each dialect, and nobody held up by an endpoint of another time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import structlog

from bot.catalogue.economy import BalanceChanged
from bot.catalogue.members import MemberJoined
from bot.clock import ManualClock
from bot.dialects import build_dialects
from bot.dialects.base import Dialect, Envelope
from bot.dialects.phantom import Phantom
from bot.outbox.endpoints import Endpoint
from bot.outbox.fan_out import FanOut
from bot.outbox.tables import EndpointState

NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)


class Counting(Phantom):
    """A dialect that counts what it renders, and has no event where `empty`."""

    def __init__(self, *, empty: bool) -> None:
        super().__init__("x")
        self.rendered = 0
        self._empty = empty

    def render(self, envelope: Envelope) -> bytes | None:
        self.rendered += 1
        return None if self._empty else super().render(envelope)


def endpoint(number: int, dialect: str = "phantom") -> Endpoint:
    return Endpoint(
        id=number,
        uuid=uuid4(),
        guild_id=1,
        name=f"endpoint {number}",
        url="https://example.com/",
        dialect=dialect,
        state=EndpointState.ACTIVE,
        created_by_id=4,
        created_at=NOW,
        changed_at=NOW,
        failures=0,
        delivered_at=None,
        last_error=None,
        patterns=("*",),
        sealed_secret=b"",
    )


def planner(dialects: Mapping[str, Dialect] | None = None) -> FanOut:
    return FanOut(ManualClock(NOW), dialects or build_dialects(), livemode=True)


JOINED = MemberJoined.sample(1)


def test_a_body_is_rendered_once_for_all_endpoints_of_a_dialect() -> None:
    full, empty = Counting(empty=False), Counting(empty=True)
    several = [endpoint(n, "full" if n % 2 else "empty") for n in range(1, 7)]
    plan = planner({"full": full, "empty": empty}).plan(JOINED, several)
    assert plan is not None
    assert [owed.endpoint_id for owed in plan.planned.owed] == [1, 3, 5]
    assert plan.planned.bodies.keys() == {"full"}
    assert (full.rendered, empty.rendered) == (1, 1)


def test_an_event_that_no_dialect_has_is_not_planned() -> None:
    empty = Counting(empty=True)
    assert planner({"phantom": empty}).plan(JOINED, [endpoint(1), endpoint(2)]) is None
    assert empty.rendered == 1


def test_an_event_that_a_filter_keeps_out_is_not_even_rendered() -> None:
    dialect = Counting(empty=False)
    kept = replace(endpoint(1), filter="type == 'member.left'")
    assert planner({"phantom": dialect}).plan(JOINED, [kept]) is None
    assert dialect.rendered == 0


def test_a_dialect_of_a_later_version_is_passed_over_and_logged_once() -> None:
    planning = planner()
    with structlog.testing.capture_logs() as logs:
        for _ in range(3):
            plan = planning.plan(JOINED, [endpoint(1, "of tomorrow"), endpoint(2)])
            assert plan is not None
            assert [owed.endpoint_id for owed in plan.planned.owed] == [2]
        assert planning.plan(JOINED, [endpoint(1, "of tomorrow")]) is None
        assert planning.plan(JOINED, [endpoint(1, "of tomorrow")], is_test=True) is None
    assert logs == [
        {
            "event": "endpoint.unknown_dialect",
            "endpoint": 1,
            "dialect": "of tomorrow",
            "log_level": "error",
        }
    ]


@pytest.mark.parametrize(
    ("delta", "decimals", "owed"),
    [(250, 2, True), (-250, 2, True), (249, 2, False), (3, 0, True), (-2, 0, False)],
)
def test_a_threshold_keeps_out_smaller_changes(delta: int, decimals: int, owed: bool) -> None:
    changed = BalanceChanged.sample(1).model_copy(update={"delta": delta, "decimals": decimals})
    several = [replace(endpoint(1, "vektor"), threshold=250), endpoint(2, "vektor")]
    plan = planner().plan(changed, several)
    assert plan is not None
    assert [one.endpoint_id for one in plan.planned.owed] == ([1, 2] if owed else [2])


def test_a_test_goes_past_filter_and_threshold() -> None:
    strict = replace(endpoint(1, "vektor"), threshold=10**11, filter="`false`")
    assert planner().plan(BalanceChanged.sample(1), [strict]) is None
    assert planner().plan(BalanceChanged.sample(1), [strict], is_test=True) is not None


def test_a_filter_that_fails_lets_through_and_is_named() -> None:
    failing = replace(endpoint(1), filter="data.username > `5`")
    plan = planner().plan(JOINED, [failing, endpoint(2)])
    assert plan is not None
    assert [owed.endpoint_id for owed in plan.planned.owed] == [1, 2]
    (found,) = plan.unfiltered
    assert (found.endpoint, found.event_id, found.event) == (failing, plan.planned.uuid, JOINED)
    assert found.reason == "it compares a text with something else"
