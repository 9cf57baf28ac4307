"""Lets a piece of work die at one chosen await, so that a test can go through all of them."""

from collections.abc import Awaitable, Coroutine, Generator
from typing import Any

from tests.support.fake_acts import ProcessDied


class DiesAt:
    """Runs `work` and throws at the await number `point`, once what was awaited has happened."""

    def __init__(self, work: Coroutine[Any, Any, object], point: int) -> None:
        self._work = work
        self._point = point
        self.died = False

    def __await__(self) -> Generator[Any, Any, object]:
        inner = self._work.__await__()
        awaits = 0
        awaited = next(inner)
        while True:
            awaits += 1
            yield awaited
            self.died = awaits == self._point or self.died
            try:
                awaited = inner.throw(ProcessDied()) if awaits == self._point else next(inner)
            except StopIteration as ended:
                return ended.value


async def dies(work: Coroutine[Any, Any, object], point: int) -> bool:
    """Whether it died; false where it had fewer awaits and ended by itself."""
    run = DiesAt(work, point)
    try:
        await run
    except (Exception, ProcessDied):
        # SQLAlchemy wraps what is thrown into its statements.
        if not run.died:
            raise
    return run.died


async def ends_in_death(work: Awaitable[object]) -> bool:
    """Whether the process died of it, at a call of Discord's that a test made fatal."""
    try:
        await work
    except ProcessDied:
        return True
    return False
