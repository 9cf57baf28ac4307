"""Rates: a bucket and a window let exactly so many through, and keys take bounded memory."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rates import Bucket, Keyed, Window

NOW = 1_779_622_338_000
PAUSES = st.lists(st.integers(0, 5_000), max_size=60)


def test_a_burst_and_then_one_at_a_time() -> None:
    bucket = Bucket(3, 2_000)
    assert [bucket.take(NOW) for _ in range(4)] == [0, 0, 0, 2_000]
    assert bucket.take(NOW + 1_500) == 500
    assert bucket.take(NOW + 2_000) == 0
    assert bucket.opens_at() == NOW + 4_000
    assert bucket.opens_at(2) == NOW + 6_000


def test_more_tokens_in_a_period() -> None:
    bucket = Bucket(1, 1_000, rate=3)
    moments = [now for now in range(NOW, NOW + 2_001) if bucket.take(now) == 0]
    assert [now - NOW for now in moments] == [0, 334, 668, 1_002, 1_336, 1_670]


def test_what_costs_more_than_there_ever_is_never_comes() -> None:
    bucket = Bucket(3, 2_000)
    assert bucket.take(NOW, 4) > 0
    assert bucket.take(NOW + 10**9, 4) > 0
    assert bucket.take(NOW + 10**9, 3) == 0


def test_what_is_spent_beforehand_is_waited_for() -> None:
    bucket = Bucket(1, 1_000)
    for _ in range(3):
        bucket.spend(NOW)
    assert bucket.opens_at() == NOW + 3_000


@pytest.mark.parametrize("by", [-86_400_000, -10_000, 10_000])
def test_a_clock_that_was_set(by: int) -> None:
    told, untold = Bucket(3, 2_000), Bucket(3, 2_000)
    for bucket in (told, untold):
        assert bucket.take(NOW, 3) == 0
    told.shift(by)
    assert told.take(NOW + by) == 2_000
    assert untold.take(NOW + by) <= 2_000  # it locks nobody out


@given(st.integers(1, 9), st.integers(1, 3_000), st.integers(1, 50), PAUSES)
def test_a_bucket_gives_no_more_than_its_burst_and_what_fills_it(
    burst: int, period: int, rate: int, pauses: list[int]
) -> None:
    bucket, now, taken = Bucket(burst, period, rate), NOW, list[int]()
    for pause in pauses:
        now += pause
        while not (wait := bucket.take(now)):
            taken.append(now)
        assert bucket.opens_at() == now + wait
        assert not bucket.is_unused(now)
    for first, began in enumerate(taken):
        for count, moment in enumerate(taken[first:], start=1):
            assert (count - burst) * period <= (moment - began) * rate
    # It was asked for all there was: as soon as it is full, that is a whole burst again.
    full = -(-bucket.full_at // rate)
    assert bucket.is_unused(full)
    assert [bucket.take(full) for _ in range(burst)] == [0] * burst


@given(st.integers(1, 9), st.integers(1, 9_000), PAUSES)
def test_a_window_counts_what_came_in_its_span(limit: int, span: int, pauses: list[int]) -> None:
    window, now, came = Window(limit, span), NOW, list[int]()
    for pause in pauses:
        now += pause
        came.append(now)
        recent = [moment for moment in came if now - moment < span]
        assert window.add(now) is (len(recent) >= limit)
        assert window.count(now) == min(len(recent), limit)
    assert window.is_unused(now + span)


def test_a_window_remembers_no_more_than_it_needs() -> None:
    window = Window(5, 10_000)
    for now in range(NOW, NOW + 1_000):
        window.add(now)
    assert len(window._moments) == 5  # pyright: ignore[reportPrivateUsage] - what is kept is seen nowhere else


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 4_000)), max_size=80))
def test_keys_are_bounded_and_the_unused_go_first(takes: list[tuple[int, int]]) -> None:
    keyed, now = Keyed[int, Bucket](lambda: Bucket(2, 1_000), most=10), NOW
    for key, pause in takes:
        now += pause
        bucket = keyed.of(key)
        if bucket.take(now) == 0:
            keyed.keep(key, bucket, now)
        assert len(keyed) <= 10
        assert key not in keyed._kept or not keyed.of(key).is_unused(now)  # pyright: ignore[reportPrivateUsage] - whether it is kept is seen nowhere else


def test_a_key_that_was_not_kept_is_new() -> None:
    keyed = Keyed[str, Window](lambda: Window(2, 1_000))
    keyed.of("a").add(NOW)
    assert keyed.of("a").count(NOW) == 0
    window = keyed.of("a")
    window.add(NOW)
    keyed.keep("a", window, NOW)
    assert keyed.of("a") is window
    assert keyed.of("b") is not window


def test_a_flood_leaves_no_trace() -> None:
    keyed = Keyed[int, Bucket](lambda: Bucket(1, 1_000), most=100)
    for key in range(1_000):
        bucket = keyed.of(key)
        bucket.spend(NOW)
        keyed.keep(key, bucket, NOW)
    assert len(keyed) == 100
    later = [NOW + 10_000 + turn * 2_000 for turn in range(101)]
    for before, now in pairwise(later):
        bucket = keyed.of(before)
        bucket.spend(now)
        keyed.keep(before, bucket, now)
    assert len(keyed) <= 2
