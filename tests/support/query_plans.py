"""Query plans: which tables an engine would read from end to end, for a statement as it was sent.

SQLite is asked with no figures of its own, and takes every table for large. PostgreSQL is asked on
tables that are said to have a million rows each, and not to read any of them whole if it can help.
The values are those that were sent: either engine goes by a partial index where they allow it.
"""

import importlib
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.schema import metadata
from tests.support.full_tables import fill_every
from tests.support.loops import in_a_loop_of_its_own
from tests.support.postgres import PostgresServer

# It comes without types.
asyncpg: Any = importlib.import_module("asyncpg")

ROWS = 1_000_000
# Two rows a table, so that it has a page, and its columns hold something.
LARGE = (
    "UPDATE pg_class SET reltuples = :rows, relpages = 1"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
# Joins by hash or in order would rather read all.
AS_IF = "; ".join(f"SET enable_{one} = off" for one in ("seqscan", "hashjoin", "mergejoin"))
PARTIAL = "SELECT indexrelid::regclass::text FROM pg_index WHERE indpred IS NOT NULL"
SCAN = re.compile(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?$")
NAMED = re.compile(r"(?<![.\w])(\w+) AS (\w+)\b")
Statements = Sequence[tuple[str, Sequence[Any]]]  # each with its values
# Beneath these the end that a LIMIT sets holds as well.
PASSING = {"Limit", "LockRows"}


def sqlite_reads(file: Path, statements: Statements) -> list[set[str]]:
    """For each statement, with its values, the tables that it reads whole."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as raw:
        partial = {
            name
            for (name,) in raw.execute(
                "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
            )
        }
        return [_sqlite(raw, partial, statement, values) for statement, values in statements]


def _sqlite(
    raw: sqlite3.Connection, partial: set[str], statement: str, values: Sequence[Any]
) -> set[str]:
    if " WHERE " not in statement and " LIMIT " in statement:
        return set()  # it ends with as many as are asked for
    named = {alias: table for table, alias in NAMED.findall(statement)}
    found = set[str]()
    try:
        lines = raw.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):  # a test's own, or one that a migration makes
            return found
        raise
    for *_, line in lines:
        if (scan := SCAN.match(line)) and scan[2] not in partial:
            found.add(named.get(scan[1], scan[1]))
    return found & metadata.tables.keys()


class LargeDatabase:
    """A database on PostgreSQL whose tables are said to be large, made when it is first asked."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._url: str | None = None

    def reads(self, statements: Statements) -> list[set[str]]:
        """For each statement, with its values, the tables that it reads whole."""
        return in_a_loop_of_its_own(lambda: self._reads(statements))

    async def _reads(self, statements: Statements) -> list[set[str]]:
        if self._url is None:
            self._url = self._server.url(await self._server.create())
            await _make_large(self._url)
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute(AS_IF)
            partial = {row[0] for row in await connection.fetch(PARTIAL)}
            return [await _postgres(connection, partial, *one) for one in statements]
        finally:
            await connection.close()


async def _make_large(url: str) -> None:
    database = Database(url)
    await database.open()
    async with database.transaction() as tx:
        await fill_every(tx)
        await tx.execute(text("ANALYZE"))
        await tx.execute(text(LARGE), {"rows": ROWS})
    await database.close()


async def _postgres(
    connection: Any, partial: set[str], statement: str, values: Sequence[Any]
) -> set[str]:
    try:
        told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *values)
    except asyncpg.UndefinedTableError:  # a test's own, or one that a migration makes
        return set()
    plan = json.loads(told)[0]["Plan"]
    return set(_whole(plan, partial, table=None, ends=False)) & metadata.tables.keys()


def _whole(
    node: Mapping[str, Any], partial: set[str], *, table: str | None, ends: bool
) -> Iterator[str]:
    """Tables of which nothing is left out, neither by an index nor by a LIMIT."""
    kind, table = node["Node Type"], node.get("Relation Name", table)
    ends = (ends and kind in PASSING) or kind == "Limit" or (ends and "Scan" in kind)
    left_out = "Filter" not in node and ends
    index = node.get("Index Name")
    is_all = index is not None and index not in partial and "Index Cond" not in node
    if table is not None and not left_out and (kind == "Seq Scan" or is_all):
        yield table
    for child in node.get("Plans", ()):
        yield from _whole(child, partial, table=table, ends=ends)
