"""Clocks: the time of day as data, waits that do not depend on it, and jumps that are told."""

import asyncio
import os
import time
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from bot.clock import JUMP, ManualClock, Steadiness, SystemClock, from_ms, to_ms
from tests.support.loops import turn

START = datetime(2026, 3, 29, 0, 59, 30, tzinfo=UTC)  # half a minute before Berlin's clocks change
HOUR = 3600.0


@pytest.fixture
def berlin() -> Generator[None]:
    """A machine whose time of day is Berlin's."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.mark.parametrize("by", [HOUR, -HOUR, JUMP + 0.001, -JUMP - 0.001])
def test_a_jump_over_a_minute_is_told_once_and_logged(by: float) -> None:
    steadiness, told = Steadiness(), list[float]()
    steadiness.on_set(told.append)

    with capture_logs() as logs:
        steadiness.compare(1_000_000.0, 50.0)
        steadiness.compare(1_000_020.0, 70.0)
        assert told == []
        steadiness.compare(1_000_021.0 + by, 71.0)
        steadiness.compare(1_000_022.0 + by, 72.0)

    assert told == [pytest.approx(by)]
    (entry,) = logs
    assert (entry["event"], entry["log_level"]) == ("clock.set", "warning")
    assert entry["seconds"] == pytest.approx(by)


@pytest.mark.parametrize("by", [JUMP - 0.001, 1 - JUMP, 0.5, -0.5])
def test_a_smaller_correction_is_no_news_however_often_it_comes(by: float) -> None:
    steadiness, told = Steadiness(), list[float]()
    steadiness.on_set(told.append)

    for number in range(100):
        steadiness.compare(1_000_000.0 + number * (20 + by), number * 20.0)

    assert told == []


async def test_a_clock_that_was_set_shows_it_and_wakes_nobody() -> None:
    clock, told = ManualClock(START), list[float]()
    clock.on_set(told.append)
    assert clock.now() == START
    sleeper = asyncio.create_task(clock.sleep(10))
    await turn()

    clock.set_by(HOUR)
    assert clock.now() == START + timedelta(hours=1)
    await turn()
    assert not sleeper.done()
    assert told == [HOUR]
    clock.advance(9.999)
    await turn()
    assert not sleeper.done()
    clock.advance(0.001)
    await sleeper

    assert told == [HOUR]
    assert clock.now() == START + timedelta(hours=1, seconds=10)


def test_time_that_passes_is_no_jump_however_much_of_it() -> None:
    clock, told = ManualClock(START), list[float]()
    clock.on_set(told.append)
    clock.now()

    clock.advance(86_400)
    clock.now()

    assert told == []


@pytest.mark.usefixtures("berlin")
def test_summer_time_neither_moves_nor_doubles_a_moment() -> None:
    assert datetime.fromtimestamp(to_ms(START) / 1000).astimezone().utcoffset() == timedelta(
        hours=1
    )
    clock, told = ManualClock(START), list[float]()
    clock.on_set(told.append)

    moments: list[int] = []
    for _ in range(4):
        moments.append(to_ms(clock.now()))
        clock.advance(30)

    assert [later - earlier for earlier, later in pairwise(moments)] == [30_000] * 3
    assert [from_ms(moment).tzinfo for moment in moments] == [UTC] * 4
    assert told == []


@pytest.mark.usefixtures("berlin")
async def test_the_machines_own_clock_is_in_utc_and_its_waits_are_steady() -> None:
    clock, told = SystemClock(), list[float]()
    clock.on_set(told.append)

    before, began = clock.now(), time.monotonic()
    assert not await clock.wait(asyncio.Event(), 0.05)
    took = time.monotonic() - began

    assert before.tzinfo is UTC
    assert abs(before.timestamp() - time.time()) < 5
    assert 0.045 <= took < 5
    assert (clock.now() - before).total_seconds() == pytest.approx(took, abs=0.5)
    assert told == []
