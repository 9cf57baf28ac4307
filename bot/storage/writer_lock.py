"""Writer lock: turns at the one writer, alone or side by side with others of a single hop."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass


@dataclass(eq=False, slots=True)
class _Waiter:
    future: asyncio.Future[None]
    alone: bool


class WriterLock:
    """Lock on the writer: who takes many hops has it alone; transactions of one hop share it.

    These are queued on the writer's own thread, which need not wait for the event loop between
    them. First come, first served; but all that share go along with the first of them.
    """

    def __init__(self) -> None:
        self._is_alone = False
        self._sharing = 0
        self._waiting: deque[_Waiter] = deque()

    @property
    def is_taken(self) -> bool:
        """Whether somebody has it, alone or with others."""
        return self._is_alone or self._sharing > 0

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[None]:
        """Wait until nobody else has it, and keep everybody out."""
        await self._acquire(alone=True)
        try:
            yield
        finally:
            self._is_alone = False
            self._admit()

    @asynccontextmanager
    async def shared(self) -> AsyncGenerator[None]:
        """Wait while somebody has it alone, or waited before for that."""
        await self._acquire(alone=False)
        try:
            yield
        finally:
            self._sharing -= 1
            self._admit()

    async def _acquire(self, *, alone: bool) -> None:
        waiter = _Waiter(asyncio.get_running_loop().create_future(), alone)
        self._waiting.append(waiter)
        self._admit()
        try:
            await waiter.future
        except asyncio.CancelledError:
            if waiter.future.cancelled():
                with suppress(ValueError):  # it was passed over meanwhile
                    self._waiting.remove(waiter)
            elif alone:  # it came in the same moment
                self._is_alone = False
            else:
                self._sharing -= 1
            self._admit()
            raise

    def _admit(self) -> None:
        """Let in whoever may go now."""
        while self._waiting and not self._is_alone:
            if self._waiting[0].alone:
                if not self._sharing:
                    self._is_alone = self._enter(self._waiting.popleft())
                    continue
                return
            going = [waiter for waiter in self._waiting if not waiter.alone]
            self._waiting = deque(waiter for waiter in self._waiting if waiter.alone)
            self._sharing += sum(self._enter(waiter) for waiter in going)

    @staticmethod
    def _enter(waiter: _Waiter) -> bool:
        """False for one that was cancelled and has not heard of it yet."""
        if waiter.future.done():
            return False
        waiter.future.set_result(None)
        return True
