"""The loop that the product runs in, where tests talk to nothing but a database.

It takes an eighth less computing than asyncio's own. The others meet real sockets, and look at
what asyncio does with them.
"""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from bot.commands.event_loop import fastest_loop

SOCKETS = {"delivery", "endpoints", "outbox", "web"}
HERE = Path(__file__).parent

LoopFactory = Callable[[], asyncio.AbstractEventLoop]


def pytest_asyncio_loop_factories(item: pytest.Item) -> Mapping[str, LoopFactory]:
    """Always under one name, so that no test's name tells of it."""
    by_sockets = item.path.relative_to(HERE).parts[0] in SOCKETS
    return {"loop": (None if by_sockets else fastest_loop()) or asyncio.new_event_loop}
