"""Shield: work goes on to its end though whoever waits for it was cancelled."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def to_its_end(work: Awaitable[T], then: Callable[[], None] | None = None) -> T:
    """Finish `work` even if cancelled meanwhile: half a commit must not meet the next one.

    Whoever ends a loop cancels all of its tasks, and so also one that has not begun: it begins
    again.
    """
    has_begun = False

    async def run() -> T:
        nonlocal has_begun
        has_begun = True
        result = await work
        if then is not None:
            then()
        return result

    task = asyncio.ensure_future(run())
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if task.cancelled() and has_begun:
                raise
            cancelled = error
            if task.cancelled():
                task = asyncio.ensure_future(run())
    if cancelled is not None:
        task.exception()
        raise cancelled
    return task.result()
