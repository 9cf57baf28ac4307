"""Shutdown: every step of a stop runs, whatever became of those before, and all have an end."""

import asyncio
from collections.abc import Awaitable, Callable

from bot.logs import get_logger

LEAST = 0.5  # seconds, of a step that begins when all the time is used up
CUT = 1.0  # second, for a step that was cut off to let go of what it held

_log = get_logger("herald.stop")


class Shutdown:
    """Shutdown that takes `seconds` in all, and a little for each step that comes later.

    A step alone has at most `each`, so that one that waits for a peer leaves time to the others.
    """

    def __init__(self, seconds: float, *, each: float | None = None) -> None:
        self._until = asyncio.get_running_loop().time() + seconds
        self._each = seconds if each is None else each

    async def step(
        self, name: str, work: Callable[[], Awaitable[object]], *, within: float | None = None
    ) -> None:
        """Do it to its end, or for `within` seconds; what fails or does not end is logged."""
        task = asyncio.ensure_future(_run(work))
        left = self._until - asyncio.get_running_loop().time()
        await self._ended(task, max(min(left, within or self._each), LEAST))
        if not task.done():
            _log.error("stop.step_cut", step=name)
            task.cancel()
            await self._ended(task, CUT)
        elif not task.cancelled() and (error := task.exception()) is not None:
            _log.error("stop.step_failed", step=name, exc_info=error)

    @staticmethod
    async def _ended(task: asyncio.Future[None], seconds: float) -> None:
        """Wait for it; if this is cancelled, so is the step."""
        try:
            await asyncio.wait((task,), timeout=seconds)
        except asyncio.CancelledError:
            task.cancel()
            raise


async def _run(work: Callable[[], Awaitable[object]]) -> None:
    await work()
