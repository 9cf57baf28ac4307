"""Rate limits: how many in any minute, exactly."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import ManualClock, to_ms
from bot.delivery.rate_limit import RateLimits

START = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)


def limited(per_minute: int | None) -> tuple[RateLimits, ManualClock]:
    clock = ManualClock(START)
    pace = RateLimits(clock)
    pace.limit(1, per_minute)
    return pace, clock


def at_once(pace: RateLimits) -> int:
    """Make as many attempts as may be made now; how many those are."""
    count = 0
    while not pace.holds_back(1) and count < 10_000:
        pace.take(1)
        count += 1
    return count


def made(pace: RateLimits, clock: ManualClock, seconds: int) -> list[int]:
    """Make attempts as soon as they may be made; their moments (ms from now)."""
    began, moments = to_ms(clock.now()), list[int]()
    while True:
        now = to_ms(clock.now()) - began
        moments += [now] * at_once(pace)
        following = pace.next_open()
        assert following is not None
        if following - began >= seconds * 1000:
            return moments
        clock.advance((following - began - now) / 1000)
        assert pace.over(following) == [1]


def test_without_a_limit_there_is_none() -> None:
    pace, _ = limited(None)

    assert at_once(pace) == 10_000
    assert pace.next_open() is None


@pytest.mark.parametrize(("limit", "burst"), [(1, 1), (7, 1), (60, 1), (120, 2), (600, 10)])
def test_a_limit_in_numbers(limit: int, burst: int) -> None:
    pace, clock = limited(limit)

    moments = made(pace, clock, 600)

    assert moments.count(0) == burst
    assert len([m for m in moments if m < 60_000]) == limit
    assert abs(len(moments) - 10 * (limit - burst + 1)) <= burst


@given(st.integers(1, 400), st.lists(st.integers(0, 90_000), max_size=12))
def test_no_minute_has_more_whenever_it_begins(limit: int, pauses: list[int]) -> None:
    pace, clock = limited(limit)
    moments = list[int]()
    for pause in pauses:
        clock.advance(pause / 1000)
        now = to_ms(clock.now())
        moments += [now + moment for moment in made(pace, clock, 30)]

    for first, later in zip(moments, moments[limit:], strict=False):
        assert later - first >= 60_000


def test_a_changed_limit_holds_at_once_and_the_same_one_changes_nothing() -> None:
    pace, clock = limited(1)
    assert at_once(pace) == 1

    pace.limit(1, 1)
    assert at_once(pace) == 0
    pace.limit(1, 2)
    assert at_once(pace) == 1
    clock.advance(29.999)
    assert at_once(pace) == 0
    clock.advance(0.001)
    assert at_once(pace) == 1
    pace.limit(1, None)
    assert at_once(pace) == 10_000


def test_who_waits_is_told_once_the_moment_has_come() -> None:
    pace, clock = limited(60)
    at_once(pace)
    now = to_ms(clock.now())

    assert pace.next_open() == now + 1_000
    assert pace.over(now + 999) == []
    assert pace.over(now + 1_000) == [1]
    assert (pace.over(now + 1_000), pace.next_open()) == ([], None)


def test_a_clock_that_was_set_changes_no_distance() -> None:
    pace, clock = limited(60)
    clock.on_set(lambda seconds: pace.clock_set(round(seconds * 1000)))
    at_once(pace)

    clock.set_by(-3_600)
    assert at_once(pace) == 0
    assert pace.next_open() == to_ms(clock.now()) + 1_000
    clock.advance(1)
    assert at_once(pace) == 1


def test_a_deleted_endpoint_waits_no_more() -> None:
    pace, _ = limited(1)
    at_once(pace)

    pace.forget(1)

    assert pace.next_open() is None
    assert pace.over(2**60) == []
