"""Lookup in the audit: searches and their pages, one entry, a file of all."""

import json
from collections.abc import AsyncGenerator
from datetime import datetime

from bot.catalogue.base import utc_text
from bot.clock import Clock
from bot.csv_export import csv_rows
from bot.errors import NotFound
from bot.features.audit import queries
from bot.features.audit.queries import AuditPage, AuditQuery, AuditRecord
from bot.storage.database import Database
from bot.texts import _
from bot.user_text import sought

LONG_NUMBER = 10  # digits
COLUMNS = (
    "id",
    "created_at",
    "event_type",
    "severity",
    "source",
    "actor_id",
    "actor_name",
    "target_type",
    "target_id",
    "summary",
    "context",
)


class AuditLookup:
    """What staff look up; everything is looked up by its guild."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self.clock = clock

    async def keep(self, guild_id: int, query: AuditQuery) -> int:
        """The search's number, which the buttons carry that turn its pages."""
        async with self._database.transaction() as tx:
            return await queries.keep(tx, guild_id, query, self.clock.now())

    async def page(self, guild_id: int, search_id: int, number: int) -> AuditPage:
        """A page of what a search finds now; NotFound for one that is too old."""
        async with self._database.reading() as reading:
            query = await queries.kept(reading, guild_id, search_id)
            if query is None:
                raise NotFound(_("That search is too old: type it anew with /audit search."))
            return await queries.page(reading, guild_id, query, number)

    async def view(self, guild_id: int, entry_id: int) -> AuditRecord:
        """The guild's entry; NotFound without one."""
        async with self._database.reading() as reading:
            found = await queries.one(reading, guild_id, entry_id)
        if found is None:
            text = _("There is no entry {number} in this server's audit.")
            raise NotFound(text.format(number=entry_id))
        return found

    async def suggested(self, guild_id: int, typed: str) -> list[AuditRecord]:
        """The newest that hold what is typed, and first the one of that number."""
        async with self._database.reading() as reading:
            rows = await queries.suggested(reading, guild_id)
            rows = [one for one in rows if sought(typed) in sought(f"{one.id} {one.summary}")]
            if typed.isascii() and typed.isdigit() and len(typed) < LONG_NUMBER:
                found = await queries.one(reading, guild_id, int(typed))
                rows = rows if found is None else [found, *rows]
        return list({one.id: one for one in rows}.values())

    async def types(self, guild_id: int, typed: str) -> list[str]:
        """The types of entries that there are, and what they begin with."""
        async with self._database.reading() as reading:
            found = await queries.types(reading, guild_id)
        begins = {one.partition(".")[0] for one in found}
        return [one for one in sorted(begins | {*found}) if sought(typed) in sought(one)]

    async def export(self, guild_id: int, query: AuditQuery) -> AsyncGenerator[bytes]:
        """Every entry that fits as a table in pieces, the names of the columns first.

        Read in short pages, so that a large log neither fills the memory nor keeps a snapshot.
        """
        yield csv_rows([COLUMNS])
        async for entries in queries.all_entries(self._database, guild_id, query):
            yield csv_rows([_cell(getattr(one, name)) for name in COLUMNS] for one in entries)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return "" if value is None else str(value)
