"""Rounds of a sweep: when it looks, what a failure does, and how it stops."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, literal, select
from structlog.testing import capture_logs

from bot.clock import ManualClock
from bot.storage.database import Database
from bot.storage.schema import UtcDateTime
from bot.storage.sweep import EVERY, UNREADY, DueRows, Sweep
from tests.integration.storage.test_sweep import chore, chores
from tests.support.loops import turn

__all__ = ["chores"]


class Rounds:
    """Counts its rounds; the next one fails where `failing` is set."""

    def __init__(self) -> None:
        self.is_ready = True
        self.begun = 0
        self.worked = asyncio.Semaphore(0)
        self.failing = False

    async def begin(self) -> None:
        self.begun += 1
        if self.begun == 1:
            raise ConnectionError("away")

    def look(self) -> bool:
        self.worked.release()
        if self.failing:
            raise ConnectionError("away")
        return self.is_ready


@pytest.fixture
def rounds() -> Rounds:
    return Rounds()


@pytest.fixture
async def sweep(rounds: Rounds, chores: Database, clock: ManualClock) -> AsyncGenerator[Sweep]:
    """Started; nothing is declared, for only its rounds count here."""
    made = Sweep("chores", chores, clock=clock, ready=rounds.look, first=rounds.begin)
    made.start()
    yield made
    await made.stop()


async def test_it_looks_at_once_every_15_seconds_and_when_woken(
    sweep: Sweep, rounds: Rounds, clock: ManualClock
) -> None:
    await rounds.worked.acquire()
    assert rounds.begun == 1
    await _asleep(clock)
    clock.advance(EVERY - 0.001)
    await turn()
    assert rounds.worked.locked()
    clock.advance(0.001)
    await rounds.worked.acquire()

    await _asleep(clock)
    sweep.wake()
    await rounds.worked.acquire()
    assert rounds.begun == 2  # the first failed


async def test_what_was_not_ready_looks_as_soon_as_it_is(
    sweep: Sweep, rounds: Rounds, clock: ManualClock
) -> None:
    rounds.is_ready = False
    await rounds.worked.acquire()
    sweep.wake()
    await rounds.worked.acquire()
    rounds.is_ready = True
    for pause in (UNREADY, EVERY):
        await _asleep(clock)
        clock.advance(pause - 0.001)
        await turn()
        assert rounds.worked.locked()
        clock.advance(0.001)
        await rounds.worked.acquire()


async def test_it_looks_at_the_moment_at_which_the_next_row_is_due(
    chores: Database, clock: ManualClock
) -> None:
    began, dealt = clock.now(), asyncio.Queue[tuple[int, float]]()
    moments = {36: 4.0, 37: 11.0, 38: 40.0}  # seconds

    async def deal(number: int) -> None:
        await dealt.put((number, (clock.now() - began).total_seconds()))

    def passed(now: datetime) -> float:
        return (now - began).total_seconds()

    def due(now: datetime) -> Select[Any]:
        ids = [one for one, moment in moments.items() if moment <= passed(now)]
        return select(chore.c.id).where(chore.c.id.in_(ids), chore.c.look_at.is_(None))

    def next_at(now: datetime) -> Select[Any]:
        later = [moment for moment in moments.values() if moment > passed(now)]
        moment = began + timedelta(seconds=min(later)) if later else None
        return select(literal(moment, UtcDateTime))

    sweep = Sweep("chores", chores, clock=clock)
    sweep.rows(DueRows("some", chore, due, lambda row: int(row.id), deal, next_at=next_at))
    sweep.start()
    seen = list[tuple[int, float]]()
    while len(seen) < len(moments):
        await _asleep(clock)
        clock.jump()
        while clock.next_due() is None:
            await turn()
        while not dealt.empty():
            seen.append(dealt.get_nowait())
    await sweep.stop()
    assert seen == [*moments.items()]


async def test_a_failing_round_is_logged_and_followed_by_the_next(
    sweep: Sweep, rounds: Rounds, clock: ManualClock
) -> None:
    await rounds.worked.acquire()
    await _asleep(clock)
    rounds.failing = True
    with capture_logs() as logs:
        sweep.wake()
        await rounds.worked.acquire()
        await _asleep(clock)
    sweep.wake()
    await rounds.worked.acquire()

    assert [(log["event"], log["of"]) for log in logs] == [("sweep.failed", "chores")]


async def test_it_stops_in_the_middle_and_does_no_more(
    sweep: Sweep, rounds: Rounds, clock: ManualClock
) -> None:
    await rounds.worked.acquire()
    await sweep.stop()
    sweep.wake()
    clock.advance(EVERY)
    await turn()

    assert rounds.worked.locked()
    await sweep.stop()  # as often as one likes


async def _asleep(clock: ManualClock) -> None:
    """Until the rounds wait for their next."""
    while clock.next_due() is None:
        await turn()
