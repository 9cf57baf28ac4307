"""Cancels a piece of work at one chosen await, so that a test can go through all of them."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

from tests.support.patience import PATIENCE

T = TypeVar("T")


class InterruptedAt(Generic[T]):
    """Runs `work` and cancels its task at the await number `point`, counted from 1.

    `late` lets what is awaited finish first, so that its result is what the cancellation hides;
    `times` cancels at as many awaits in a row, and so in the middle of what cleans up.
    """

    def __init__(
        self, work: Coroutine[Any, Any, T], point: int, *, late: bool, times: int = 1
    ) -> None:
        self._work = work
        self._points = range(point, point + times)
        self._late = late
        self.awaits = 0

    def __await__(self) -> Generator[Any, Any, T]:
        inner = self._work.__await__()
        step = inner.__next__
        while True:
            try:
                awaited = step()
            except StopIteration as ended:
                return ended.value
            self.awaits += 1
            if self.awaits in self._points:
                self._interrupt(awaited)
            try:
                yield awaited
            except BaseException as error:  # noqa: BLE001  handed into the work, as a task does
                step = _throwing(inner, error)
            else:
                step = inner.__next__

    def _interrupt(self, awaited: asyncio.Future[Any] | None) -> None:
        task = asyncio.current_task()
        assert task is not None
        if self._late and awaited is not None:
            awaited.add_done_callback(lambda _: task.cancel())
        else:
            task.cancel()


def _throwing(inner: Generator[Any, Any, Any], error: BaseException) -> Any:
    return lambda: inner.throw(error)


async def interrupted(
    work: Coroutine[Any, Any, object], point: int, *, late: bool, times: int = 1
) -> bool:
    """Whether the work was cancelled; false when it had fewer awaits and ended by itself."""
    run = InterruptedAt(work, point, late=late, times=times)

    async def whole() -> object:
        return await run

    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.create_task(whole())
    except asyncio.CancelledError:
        return True
    return run.awaits >= point
