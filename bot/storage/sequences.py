"""Sequences of generated keys: the highest number ever given, read and set on either engine.

It may be higher than that of any row there is: an id that was given out never comes again.
"""

from sqlalchemy import Table, func, select, text

from bot.storage.transaction import Reading, Transaction

_LAST = text("SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, :key)::regclass)")
_SET = text("SELECT setval(pg_get_serial_sequence(:name, :key), :number)")
_LAST_HERE = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
_FORGET_HERE = text("DELETE FROM sqlite_sequence WHERE name = :name")
_SET_HERE = text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)")


async def last_number(reading: Reading, table: Table, *, is_sqlite: bool) -> int:
    """The highest that the table's key has had; 0 where none is generated."""
    key = table.autoincrement_column
    if key is None:
        return 0
    highest = (await reading.execute(select(func.max(key)))).scalar()
    given: int | None = None
    if not is_sqlite:
        of = {"name": table.name, "key": key.name}
        given = (await reading.execute(_LAST, of)).scalar()
    elif _is_remembered(table):
        given = (await reading.execute(_LAST_HERE, {"name": table.name})).scalar()
    return max(highest or 0, given or 0)


async def set_last(tx: Transaction, table: Table, number: int, *, is_sqlite: bool) -> None:
    """The next key is higher than that."""
    key = table.autoincrement_column
    if key is None or not number:
        return
    if not is_sqlite:
        await tx.execute(_SET, {"name": table.name, "key": key.name, "number": number})
    elif _is_remembered(table):
        await tx.execute(_FORGET_HERE, {"name": table.name})
        await tx.execute(_SET_HERE, {"name": table.name, "number": number})


def _is_remembered(table: Table) -> bool:
    """Whether SQLite keeps the number; where not, the next is one more than the highest row's."""
    return bool(table.dialect_options["sqlite"]["autoincrement"])
