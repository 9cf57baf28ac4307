"""Many waits, one timer: each lapses in its time, and none that is over does."""

import asyncio
from collections.abc import Callable

import pytest

from bot.delivery.http_client import TimedWait, Timeouts
from tests.support.loops import turn

SHORT = 0.02  # seconds
LONG = 3600.0


async def for_ever(timeouts: Timeouts) -> None:
    """What only its timeout ends."""
    with timeouts.wait():
        await asyncio.Event().wait()


async def test_a_wait_that_takes_too_long_is_ended() -> None:
    timeouts = Timeouts(SHORT)
    task = asyncio.current_task()
    assert task is not None

    with pytest.raises(TimeoutError):
        await for_ever(timeouts)

    assert task.cancelling() == 0
    assert len(timeouts) == 0
    await turn()  # nothing of it comes later


async def test_the_moment_is_told() -> None:
    loop = asyncio.get_running_loop()
    before = loop.time()
    with Timeouts(LONG).wait() as lapses:
        assert before + LONG <= lapses <= loop.time() + LONG


async def test_what_is_over_in_time_is_left_alone() -> None:
    timeouts = Timeouts(SHORT)
    goes_on = asyncio.Event()

    async def quick() -> str:
        with timeouts.wait():
            await turn()
        await goes_on.wait()
        return "undisturbed"

    quick_one = asyncio.create_task(quick())
    with pytest.raises(TimeoutError):
        await for_ever(timeouts)
    goes_on.set()

    assert await quick_one == "undisturbed"


async def test_each_lapses_and_the_first_to_begin_is_the_first() -> None:
    timeouts = Timeouts(SHORT)
    ended: list[int] = []

    async def one(number: int) -> None:
        try:
            await for_ever(timeouts)
        except TimeoutError:
            ended.append(number)

    waiting = [asyncio.create_task(one(number)) for number in range(3)]
    await turn()
    with pytest.raises(TimeoutError):  # begins later, and needs the timer anew
        await for_ever(timeouts)
    await asyncio.gather(*waiting)

    assert ended == [0, 1, 2]


async def test_a_cancellation_by_somebody_else_is_no_timeout() -> None:
    task = asyncio.create_task(for_ever(timeouts := Timeouts(LONG)))
    await turn()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(timeouts) == 0


async def test_where_both_come_at_once_the_cancellation_goes_on() -> None:
    timeouts = Timeouts(LONG)
    begun: list[TimedWait] = []

    async def wait() -> None:
        begun.append(timeouts.wait())
        with begun[0]:
            await asyncio.Event().wait()

    task = asyncio.create_task(wait())
    await turn()
    begun[0].lapse()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_without_a_wait_no_timer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for the loop to have nothing more to do would wait for it."""
    loop = asyncio.get_running_loop()
    started: list[asyncio.TimerHandle] = []
    call_at = loop.call_at

    def seen(when: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        started.append(call_at(when, callback))
        return started[-1]

    monkeypatch.setattr(loop, "call_at", seen)
    timeouts = Timeouts(LONG)
    with timeouts.wait():
        with timeouts.wait():
            await turn()
        assert [timer.cancelled() for timer in started] == [False]

    assert [timer.cancelled() for timer in started] == [True]


async def test_closed_it_ends_nothing_more() -> None:
    closed = Timeouts(SHORT)
    task = asyncio.create_task(for_ever(closed))
    await turn()
    closed.close()
    with pytest.raises(TimeoutError):
        await for_ever(Timeouts(2 * SHORT))

    assert not task.done()
    task.cancel()
    await asyncio.wait((task,))


async def test_only_a_task_can_wait() -> None:
    told: list[str] = []

    def without_a_task() -> None:
        try:
            Timeouts(SHORT).wait().__enter__()
        except RuntimeError as error:
            told.append(str(error))

    asyncio.get_running_loop().call_soon(without_a_task)
    await turn()

    assert told == ["only a task can be told that its time is over"]
