"""Sealed columns: secrets at rest in any table, found by their type when the key changes."""

from collections.abc import Callable, Iterator

from sqlalchemy import Column, LargeBinary, TypeDecorator, select, update

from bot.storage.schema import metadata
from bot.storage.transaction import Reading, Transaction


class Sealed(TypeDecorator[bytes]):
    """A secret as the vault sealed it; its table has a column `id`."""

    impl = LargeBinary
    cache_ok = True


async def sealed(reading: Reading) -> list[bytes]:
    """Every secret in a column of that type."""
    found = list[bytes]()
    for column in _columns():
        there = select(column).where(column.is_not(None))
        found += map(bytes, (await reading.execute(there)).scalars())
    return found


async def reseal(tx: Transaction, sealed_anew: Callable[[bytes], bytes]) -> None:
    """Seal all of them anew, for a changed key; not what somebody changes meanwhile."""
    for column in _columns():
        table = column.table
        there = select(table.c.id, column.label("secret")).where(column.is_not(None))
        for row in (await tx.execute(there)).all():
            values = {column.name: sealed_anew(bytes(row.secret))}
            as_read = table.c.id == row.id, column == row.secret
            await tx.execute(update(table).where(*as_read).values(values))


def _columns() -> Iterator[Column[bytes]]:
    for table in metadata.sorted_tables:
        yield from (column for column in table.c if isinstance(column.type, Sealed))
