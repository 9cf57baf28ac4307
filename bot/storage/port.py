"""Port of an instance: all rows of one database into another, in the order of foreign keys.

What the other one holds says how far it came: every table is read from its beginning, what is
there already is passed over, and at its end both sides are compared. So a port that was cut off
goes on by being done again, and the last one has compared everything.
"""

from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass

from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError

from bot.errors import HeraldError
from bot.storage.checkpoints import LONGEST_LOG
from bot.storage.database import Database, Reading
from bot.storage.migrate import newest, schema_of
from bot.storage.outages import is_passing
from bot.storage.port_ends import (
    Filled,
    has_begun,
    in_a_transaction_of,
    refuse_source,
    without_rows,
)
from bot.storage.port_mark import remove_mark
from bot.storage.schema import metadata
from bot.storage.sequences import last_number, set_last
from bot.storage.standstill import standstill
from bot.storage.stored_rows import LONGEST_PAGE, RowHash, Rows, StoredRows


@dataclass(frozen=True, slots=True)
class PortStep:
    """Step of a port: so many rows of a table are there now."""

    table: str
    number: int  # of the table, from 1
    tables: int
    rows: int
    of: int
    share: float  # of the rows of all tables
    hash: str = ""  # once both sides are found to be the same


PortObserver = Callable[[PortStep], None]


class _Unlike(HeraldError):
    """A table that is not, or cannot be, the same on both sides."""


async def port(
    source: Database,
    target: Database,
    *,
    origin: str,
    told: PortObserver,
    page: int = LONGEST_PAGE,
) -> int:
    """Move everything; how many rows that are. Both are open, and the source is left as it is.

    `origin` names the source, so that only the same is ever gone on with; `page` is how many rows
    go over at once. A HeraldError says what is in the way.
    """
    try:
        async with standstill(source), standstill(target), source.reading() as snapshot:
            await in_a_transaction_of(source, refuse_source)
            work = _Port(source, target, snapshot=snapshot, told=told, page=page)
            try:
                goes_on = await has_begun(target, origin)
            except Filled:  # perhaps by a port that was cut off when all was there
                if not await work.is_done():
                    raise
                return work.done
            try:
                return await work.run()
            except _Unlike:
                if not goes_on:
                    raise
            # The source was changed after the port before this one was cut off.
            await in_a_transaction_of(target, without_rows)
            return await work.run()
    except (DBAPIError, OSError) as error:
        if not is_passing(error):
            raise
        raise HeraldError(
            f"`herald port` was cut off ({_said(error)}); mend that and give the same command "
            "again: it goes on where it stopped"
        ) from error


class _Port:
    """Rows of one snapshot on their way into another database."""

    def __init__(
        self,
        source: Database,
        target: Database,
        *,
        snapshot: Reading,
        told: PortObserver,
        page: int,
    ) -> None:
        self._source, self._target, self._snapshot = source, target, snapshot
        self._told, self._page = told, page
        self._counts = dict[str, int]()
        self.done = 0  # rows, of all tables

    async def run(self) -> int:
        """All tables; then the other database is whole."""
        self.done = 0
        for one in metadata.sorted_tables:
            self._counts[one.name] = await self._rows(one, self._source).count(self._snapshot)
        for number, one in enumerate(metadata.sorted_tables, 1):
            sent = await self._send(one, number)
            await self._compare(one, sent)
            self._tell(one, number, sent.count, sent.value)
        await in_a_transaction_of(self._target, remove_mark)
        return self.done

    async def is_done(self) -> bool:
        """Whether the other database holds these very rows, and no others."""
        if await in_a_transaction_of(self._target, schema_of) != newest():
            return False
        for one in metadata.sorted_tables:
            sent = await self._hash(one, self._source, self._snapshot)
            try:
                await self._compare(one, sent)
            except _Unlike:
                return False
            self.done += sent.count
        return True

    async def _send(self, one: Table, number: int) -> RowHash:
        """Send what is not there yet, and the last number that was given; the hash of all."""
        there, sent = self._rows(one, self._target), RowHash()
        async with self._target.reading() as reading:
            last = await there.last(reading)
        async with aclosing(self._rows(one, self._source).pages(self._snapshot)) as pages:
            async for rows in pages:
                sent.add(rows)
                new = [row for row in rows if last is None or there.key(row) > last]
                if new:
                    await self._add(there, new)
                self.done += len(rows)
                self._tell(one, number, sent.count)
        given = await last_number(self._snapshot, one, is_sqlite=self._source.is_sqlite)
        async with self._target.transaction() as tx:
            await set_last(tx, one, given, is_sqlite=self._target.is_sqlite)
        return sent

    async def _add(self, there: StoredRows, rows: Rows) -> None:
        try:
            async with self._target.transaction() as tx:
                await there.add(tx, rows)
        except DBAPIError as error:
            if is_passing(error):
                raise
            # It breaks a rule that the other engine does not know, or holds what this one cannot.
            keys = " to ".join(str(there.key(row)) for row in (rows[0], rows[-1]))
            raise _Unlike(
                f"`herald port`: of table {there.name}, rows {keys}, one cannot be stored there "
                f"({_said(error)}); mend it in the old database, then give the same command again"
            ) from error
        if self._target.log_size() > LONGEST_LOG:
            await self._target.checkpoint()

    async def _hash(self, one: Table, database: Database, reading: Reading) -> RowHash:
        found = RowHash()
        async with aclosing(self._rows(one, database).pages(reading)) as pages:
            async for rows in pages:
                found.add(rows)
        return found

    async def _compare(self, one: Table, sent: RowHash) -> None:
        async with self._target.reading() as reading:
            found = await self._hash(one, self._target, reading)
        if (found.count, found.value) != (sent.count, sent.value):
            raise _Unlike(
                f"`herald port`: table {one.name} is not the same on both sides ({sent.count:,} "
                f"rows in the old database, {found.count:,} in the new one); empty the new one "
                "and give the same command again"
            )

    def _rows(self, one: Table, database: Database) -> StoredRows:
        return StoredRows(one, is_sqlite=database.is_sqlite, longest=self._page)

    def _tell(self, one: Table, number: int, rows: int, found: str = "") -> None:
        every, tables, of = sum(self._counts.values()), len(self._counts), self._counts[one.name]
        share = self.done / every if every else number / tables
        step = PortStep(one.name, number, tables, rows=rows, of=of, share=share, hash=found)
        self._told(step)


def _said(error: BaseException) -> str:
    """What the driver says, in one sentence."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return " ".join(str(cause).split()) or type(cause).__name__
