"""Retention of what was written in tickets: it goes when its time is over, with its files."""

from collections.abc import AsyncGenerator
from datetime import datetime

from bot.features.tickets import message_store, store
from bot.storage.database import Database

TOGETHER = 200  # messages with their files, or notes, in one transaction


class OldMessages:
    """Messages, files and notes of tickets that were closed long ago; their rows stay."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        """Some of one ticket's at a time; once nothing is left of it, that is written down."""
        while True:
            async with self._database.transaction() as tx:
                ticket_id = await store.forgotten(tx, now)
                gone = 0
                if ticket_id is not None:
                    gone = await message_store.forget(tx, ticket_id, TOGETHER)
                    if not gone:
                        await store.forget(tx, ticket_id)
            yield gone
            if ticket_id is None:
                return
