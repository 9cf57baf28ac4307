"""Opening and closing a SQLite file, cancelled at any await: it is let go of whole."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from bot.storage.database import Database
from tests.support.cancel_at_await import interrupted
from tests.support.loops import turn
from tests.support.patience import PATIENCE

MOST_AWAITS = 80
OWN_FILES = Path("/proc/self/fd")
Work = Callable[[Database], Coroutine[Any, Any, None]]

pytestmark = pytest.mark.skipif(not OWN_FILES.is_dir(), reason="only Linux says what is open")


def held(url: str) -> int:
    """How often this process has the database open, or one of the files beside it."""
    file = url.removeprefix("sqlite:///")
    count = 0
    for one in OWN_FILES.iterdir():
        try:
            count += str(one.readlink()).startswith(file)
        except FileNotFoundError:
            continue  # that of the listing itself
    return count


async def let_go(url: str) -> None:
    """Return once nothing of it is open: the thread of a connection closes it on its own."""
    async with asyncio.timeout(PATIENCE):
        while held(url):
            await turn()


async def opens(database: Database) -> None:
    await database.open()
    await database.close()


async def closes(database: Database) -> None:
    await database.close()


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
async def test_an_open_that_is_cancelled_leaves_nothing_open(sqlite_url: str, late: bool) -> None:
    points = 0
    while await interrupted(opens(Database(sqlite_url)), points + 1, late=late, times=1):
        points += 1
        await let_go(sqlite_url)
    assert 4 <= points < MOST_AWAITS


@pytest.mark.parametrize("late", [False, True], ids=["at once", "late"])
async def test_a_close_that_is_cancelled_leaves_nothing_open(sqlite_url: str, late: bool) -> None:
    points = 0
    while True:
        database = Database(sqlite_url)
        await database.open()
        async with database.reading():
            assert held(sqlite_url)
        if not await interrupted(closes(database), points + 1, late=late, times=1):
            break
        points += 1
        await let_go(sqlite_url)
    assert 1 <= points < MOST_AWAITS
