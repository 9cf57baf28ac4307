"""Waiting, without a clock, until everything owed is settled."""

import asyncio
import sqlite3
from time import monotonic

from bot.storage.database import Database
from tests.support.ledger import read_ledger

DEADLINE = 30.0


async def drained(database: Database) -> None:
    """Return when nothing is pending or on its way."""
    async with asyncio.timeout(DEADLINE):
        while (await read_ledger(database)).unsettled:
            pass


async def until_file_says(path: str, question: str) -> None:
    """Return when a count in that SQLite file is 0; asked beside the program that holds it."""
    await asyncio.to_thread(_ask, path, question)


def _ask(path: str, question: str) -> None:
    connection, end = sqlite3.connect(path), monotonic() + DEADLINE
    while connection.execute(question).fetchone()[0]:
        assert monotonic() < end, question
    connection.close()
