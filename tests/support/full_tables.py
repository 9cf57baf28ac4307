"""Full tables: rows about one person in one guild, or rows in every table that there is."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import BigInteger, Boolean, Column, Integer, Table, Text, insert

from bot.personal_data import PersonalTable
from bot.storage.database import Transaction
from bot.storage.schema import Document, UtcDateTime, UuidBytes, metadata

AT = datetime(2026, 5, 24, tzinfo=UTC)
STAFF = 5
CHOSEN = {"network_report": {"state": "approved"}, "log_remark": {"kind": "kick"}}
_numbers = count(10)
Fill = Callable[[Column[Any]], Any]


async def fill(
    tx: Transaction, personal: Mapping[str, PersonalTable], guild_id: int, user_id: int
) -> None:
    """Rows of what features declared, about that person, and those that these belong to."""
    made = dict[str, int]()
    parents = {
        key.column.table.name for name in personal for key in metadata.tables[name].foreign_keys
    }
    for table in metadata.sorted_tables:
        if table.name not in parents | personal.keys():
            continue
        one = personal.get(table.name)
        row = {
            column.name: value
            for column in table.columns
            if (value := _value(column, one, (guild_id, user_id), made)) is not None
        }
        row |= CHOSEN.get(table.name, {})
        inserted = insert(table).values(row)
        if _is_numbered(table):
            made[table.name] = (await tx.execute(inserted.returning(table.c.id))).scalar_one()
        else:
            await tx.execute(inserted)
            made[table.name] = row.get("id", 0)


async def fill_every(tx: Transaction) -> None:
    """Rows in each table there is: one as bare as may be, and one of what is hard to carry."""
    for filled in (_filled, _hard):
        made = dict[str, int]()
        for table in metadata.sorted_tables:
            row = {
                column.name: _own(column, made, filled)
                for column in table.columns
                if not _is_generated(column) and (filled is _hard or not column.nullable)
            }
            inserted = insert(table).values(row)
            if _is_numbered(table):
                made[table.name] = (await tx.execute(inserted.returning(table.c.id))).scalar_one()
            else:
                await tx.execute(inserted)
                made[table.name] = row.get("id", 0)


def _own(column: Column[Any], made: Mapping[str, int], filled: Fill) -> Any:
    of = [made[key.column.table.name] for key in column.foreign_keys]
    return of[0] if of else filled(column)


def _is_generated(column: Column[Any]) -> bool:
    return column.primary_key and _is_numbered(column.table)


def _value(
    column: Column[Any], one: PersonalTable | None, of: tuple[int, int], made: Mapping[str, int]
) -> Any:
    guild_id, user_id = of
    if column.name == "guild_id":
        return guild_id
    if one is not None and column.name in (*one.own, *one.others):
        number = user_id if column.name in one.own else STAFF
        return str(number) if isinstance(column.type, Text) else number
    for key in column.foreign_keys:
        return made.get(key.column.table.name)
    if column.nullable or (column.primary_key and _is_numbered(column.table)):
        return None
    return _filled(column)


def _filled(column: Column[Any]) -> Any:
    number = next(_numbers)
    match column.type:
        case Boolean():
            return False
        case BigInteger() | Integer():
            return number
        case Text():
            return f"x{number}"
        case UtcDateTime():
            return AT
        case Document():
            return {}
        case UuidBytes():
            return uuid4()
        case _:
            return b"x%d" % number


def _hard(column: Column[Any]) -> Any:
    """What an engine may lose: the ends of a number, letters of any script, every byte."""
    number = next(_numbers)
    match column.type:
        case Boolean():
            return True
        case BigInteger():
            return 2**62 + number
        case Integer():
            return 2**14 + number  # some have two bytes
        case Text():
            return f"{number} Ä\u200f\U0001f9a6 'q' \"q\" \\n \r\n\t {{}} %s :x"
        case UtcDateTime():
            return AT + timedelta(milliseconds=number)
        case Document():
            return {"Ä": [None, 1.5, True, 2**60], "n": {"x": "\u2028"}}
        case UuidBytes():
            return uuid4()
        case _:
            return bytes(range(256)) + b"%d" % number


def _is_numbered(table: Table) -> bool:
    """Whether its key is generated."""
    return [*table.primary_key.columns.keys()] == ["id"] and table.c.id.autoincrement is not False
