"""Pauses of the event loop: how much longer than asked for a short sleep takes beside some work."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from time import perf_counter

TICK = 0.001  # seconds


@asynccontextmanager
async def pauses() -> AsyncGenerator[list[float]]:
    """Seconds of each so far, one after the other until the end of the block."""
    found = list[float]()

    async def tick() -> None:
        while True:
            began = perf_counter()
            await asyncio.sleep(TICK)  # how much longer it lasts is what is measured
            found.append(perf_counter() - began - TICK)

    task = asyncio.create_task(tick())
    try:
        yield found
    finally:
        task.cancel()


def percentile(found: Sequence[float], percent: int) -> float:
    """Milliseconds that so many in a hundred do not exceed."""
    return sorted(found)[len(found) * percent // 100] * 1e3
