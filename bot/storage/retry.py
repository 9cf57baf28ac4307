"""Retry while a database cannot be reached or written for the moment."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.logs import get_logger
from bot.storage.outages import is_passing

T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0

_log = get_logger("herald.storage")


async def patiently(
    work: Callable[[], Awaitable[T]],
    *,
    waiting: int = 1,
    while_true: Callable[[], bool] = lambda: True,
) -> T:
    """Do `work` again until the database is there; `waiting` is how many wait for it, to be told.

    Raises what will not pass by itself (a bug, a broken rule, a damaged file), and anything once
    `while_true` is over.
    """
    pause = FIRST_PAUSE
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_passing(error) or not while_true():
                raise
            _log.warning("database.unavailable", error=str(error), waiting=waiting, retry_in=pause)
        await asyncio.sleep(pause)  # real time: the disk or server has its own clock
        pause = min(pause * 2, LONGEST_PAUSE)
