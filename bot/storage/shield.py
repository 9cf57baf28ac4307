"""Shield: work goes on to its end though whoever waits for it was cancelled."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def to_its_end(work: Awaitable[T], then: Callable[[], None] | None = None) -> T:
    """Finish `work` even if cancelled meanwhile: half a commit must not meet the next one."""

    async def run() -> T:
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
            if task.cancelled():
                raise
            cancelled = error
    if cancelled is not None:
        task.exception()
        raise cancelled
    return task.result()
