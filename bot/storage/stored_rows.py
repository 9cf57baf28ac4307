"""Stored rows of a table: as they are kept, page by page in the order of their key, and their hash.

Nothing is read into a moment, a document or a UUID and written anew: what is stored is moved as it
is. The order is the same on either engine, and so is the hash.
"""

from collections.abc import AsyncGenerator, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    MetaData,
    Row,
    Select,
    Table,
    Text,
    TypeDecorator,
    func,
    insert,
    select,
    tuple_,
)

from bot.storage.transaction import Reading, Transaction

FIRST_PAGE, LONGEST_PAGE = 50, 2_000  # rows
HEAVIEST_PAGE = 4 << 20  # bytes, about

RowKey = tuple[Any, ...]
Rows = Sequence[Row[Any]]


class StoredRows:
    """Rows of one table in one kind of database."""

    def __init__(self, table: Table, *, is_sqlite: bool, longest: int = LONGEST_PAGE) -> None:
        self.name = table.name
        self._table = _stored(table)
        self._names = self._table.columns.keys()
        self._key = [self._names.index(one.name) for one in self._table.primary_key]
        self._order = [_ordered(one, is_sqlite=is_sqlite) for one in self._table.primary_key]
        self._longest = longest

    def key(self, row: Row[Any]) -> RowKey:
        """Its key; of two rows, Python finds the same one first as the database does."""
        return tuple(row[place] for place in self._key)

    async def count(self, reading: Reading) -> int:
        found = await reading.execute(select(func.count()).select_from(self._table))
        return int(found.scalar_one())

    async def last(self, reading: Reading) -> RowKey | None:
        """The key of the last row; None where there is none."""
        backwards = [one.desc() for one in self._order]
        found = await reading.execute(
            select(*self._table.primary_key).order_by(*backwards).limit(1)
        )
        row = found.first()
        return None if row is None else tuple(row)

    async def pages(self, reading: Reading) -> AsyncGenerator[Rows]:
        """All of them; a page of heavy rows is a short one."""
        wanted = select(self._table).order_by(*self._order)
        after: RowKey | None = None
        limit = min(FIRST_PAGE, self._longest)
        while True:
            query = wanted if after is None else self._after(wanted, after)
            rows = (await reading.execute(query.limit(limit))).all()
            if not rows:
                return
            yield rows
            after = self.key(rows[-1])
            weight = sum(map(_weight, rows))
            lighter = HEAVIEST_PAGE * len(rows) // max(weight, 1)
            limit = max(1, min(limit * 2, lighter, self._longest))

    async def add(self, tx: Transaction, rows: Rows) -> None:
        """Write them as they are, with their keys."""
        values = [dict(zip(self._names, row, strict=True)) for row in rows]
        await tx.execute(insert(self._table).inline(), values)

    def _after(self, wanted: Select[Any], after: RowKey) -> Select[Any]:
        if len(self._order) == 1:
            return wanted.where(self._order[0] > after[0])
        return wanted.where(tuple_(*self._order) > after)


class RowHash:
    """Hash over all columns of rows in the order of their key, and how many there were."""

    def __init__(self) -> None:
        self.count = 0
        self._hash = sha256()

    def add(self, rows: Rows) -> None:
        """Numbers, truths, texts and bytes, as Python spells them, are told apart."""
        self.count += len(rows)
        self._hash.update("".join(f"{tuple(row)!r}\n" for row in rows).encode())

    @property
    def value(self) -> str:
        return self._hash.hexdigest()


@cache
def _stored(table: Table) -> Table:
    """The same table with columns of what lies in it; one, so that its statements are known."""
    kinds = [(one, one.type) for one in table.columns]
    columns = [
        Column(
            one.name,
            kind.impl_instance if isinstance(kind, TypeDecorator) else kind,
            primary_key=one.primary_key,
            autoincrement=False,
        )
        for one, kind in kinds
    ]
    return Table(table.name, MetaData(), *columns)


def _ordered(column: Column[Any], *, is_sqlite: bool) -> ColumnElement[Any]:
    """Texts by their bytes: as SQLite orders them, and PostgreSQL in no language."""
    return column if is_sqlite or not isinstance(column.type, Text) else column.collate("C")


def _weight(row: Row[Any]) -> int:
    return sum(len(one) for one in row if isinstance(one, (str, bytes)))
