"""Limits by the clock, in bounded memory."""

from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.web.request_limits import Limiter


@pytest.fixture
def limiter(clock: ManualClock) -> Limiter:
    return Limiter(clock, burst=3, every=2.0, remembered=100)


def taken(limiter: Limiter, key: str, tries: int = 10) -> int:
    """How many of so many tries at once are let through."""
    return sum(limiter.take(key) == 0 for _ in range(tries))


def test_a_burst_and_then_one_at_a_time(limiter: Limiter, clock: ManualClock) -> None:
    assert taken(limiter, "a") == 3
    assert limiter.take("a") == pytest.approx(2.0)
    clock.advance(1.5)
    assert limiter.take("a") == pytest.approx(0.5)
    clock.advance(0.5)
    assert taken(limiter, "a") == 1
    clock.advance(3600)
    assert taken(limiter, "a") == 3


def test_one_key_costs_the_other_nothing(limiter: Limiter) -> None:
    assert taken(limiter, "a") == 3
    assert taken(limiter, "b") == 3


def test_what_is_refused_costs_nothing(limiter: Limiter, clock: ManualClock) -> None:
    taken(limiter, "a", tries=1000)
    clock.advance(2.0)
    assert limiter.take("a") == 0


def test_some_things_cost_more(limiter: Limiter) -> None:
    assert limiter.take("a", cost=2) == 0
    assert limiter.take("a", cost=2) == pytest.approx(2.0)
    assert limiter.take("a") == 0


@pytest.mark.parametrize("seconds", [-86_400, -10])
def test_a_clock_that_is_set_back_locks_nobody_out(
    limiter: Limiter, clock: ManualClock, seconds: float
) -> None:
    assert taken(limiter, "a") == 3
    clock.set_by(seconds)
    assert limiter.take("a") <= 2.0
    clock.advance(2.0)
    assert limiter.take("a") == 0


@pytest.mark.thorough("a hundred thousand addresses")
def test_a_hundred_thousand_addresses_leave_no_trace(clock: ManualClock) -> None:
    limiter = Limiter(clock, burst=3, every=2.0, remembered=1_000)
    for number in range(100_000):
        assert limiter.take(f"10.{number}") == 0
        assert len(limiter) <= 1_000
    clock.advance(timedelta(minutes=1).total_seconds())
    for number in range(1_000):
        limiter.take(f"11.{number}")
        clock.advance(10)
    assert len(limiter) <= 2


def test_a_flood_forgets_the_longest_unused_first(clock: ManualClock) -> None:
    limiter = Limiter(clock, burst=3, every=60.0, remembered=10)
    assert taken(limiter, "steady") == 3
    for number in range(9):
        limiter.take(f"other {number}")
    assert taken(limiter, "steady") == 0
    limiter.take("one more")
    assert taken(limiter, "steady") == 3


def test_who_comes_again_is_remembered_longer(clock: ManualClock) -> None:
    limiter = Limiter(clock, burst=3, every=60.0, remembered=10)
    limiter.take("steady")
    for number in range(9):
        limiter.take(f"other {number}")
    limiter.take("steady")
    limiter.take("one more")
    assert taken(limiter, "steady") == 1


def test_a_long_key_is_not_kept(limiter: Limiter) -> None:
    limiter.take("k" * 10_000)
    assert max(map(len, limiter._buckets._kept)) <= 16  # pyright: ignore[reportPrivateUsage] - what is kept is seen nowhere else
