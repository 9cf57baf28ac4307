"""The loop that the product runs in: it costs these tests less than asyncio's own."""

import asyncio
from collections.abc import Callable, Mapping

from bot.commands.event_loop import fastest_loop

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def pytest_asyncio_loop_factories() -> Mapping[str, LoopFactory]:
    """Under one name, so that no test's name tells of it."""
    return {"fastest": fastest_loop() or asyncio.new_event_loop}
