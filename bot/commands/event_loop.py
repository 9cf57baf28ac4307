"""Event loop of a command: a first signal asks it to stop, a second one ends it at once."""

import asyncio
import gc
import os
import signal
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bot.commands.console import complain

T = TypeVar("T")

# Thousands of deliveries under way live through many young collections, each for nothing: with
# Python's own 700 a quarter of the processor's time went there (docs/performance.md).
ALLOCATIONS_BETWEEN_COLLECTIONS = (50_000, 20, 50)
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stop:
    """Whether somebody asked the command to stop."""

    def __init__(self, last_act: Callable[[], None]) -> None:
        self.asked = asyncio.Event()
        self._last_act = last_act

    def signalled(self, number: int) -> None:
        """Ask for a clean stop; asked twice, end at once."""
        if not self.asked.is_set():
            self.asked.set()
            return
        complain("stopped at once, as asked twice; what was under way is tried again next time")
        self._last_act()
        os._exit(128 + number)


async def unless_stopped(work: asyncio.Task[T], stop: Stop) -> T | None:
    """What it gives, or None where a stop is asked for meanwhile: it is cut off then."""
    stopping = asyncio.create_task(stop.asked.wait(), name="stop")
    try:
        await asyncio.wait((work, stopping), return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        if not work.done():
            work.cancel()
            await asyncio.wait((work,))
    return None if work.cancelled() else work.result()


def in_loop(
    main: Callable[[Stop], Coroutine[Any, Any, T]], *, last_act: Callable[[], None] = lambda: None
) -> T:
    """Run `main` on the fastest loop at hand; `last_act` comes before an end that is forced."""

    async def signalled() -> T:
        stop = Stop(last_act)
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, stop.signalled, number)
        return await main(stop)

    with asyncio.Runner(loop_factory=fastest_loop()) as runner:
        return runner.run(signalled())


def fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed, else asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def calm_collector() -> None:
    """Collect garbage more rarely, and look no more at what was built at start: call it once."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*ALLOCATIONS_BETWEEN_COLLECTIONS)
