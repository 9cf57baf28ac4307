"""Store of personal data: every feature's tables by what it says of them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select

from bot.personal_data import PersonalTable
from bot.storage.database import Reading, Transaction


async def count(reading: Reading, one: PersonalTable, guild_id: int, user_id: int) -> int:
    """How many rows of the guild's are about somebody."""
    query = select(func.count()).select_from(one.table)
    query = query.where(_theirs(one, user_id), _inside(one, guild_id))
    return int((await reading.execute(query)).scalar_one())


async def rows(
    reading: Reading, one: PersonalTable, guild_id: int, user_id: int, *, most: int
) -> list[Mapping[str, Any]]:
    """What is shown of them, the newest first where they are numbered."""
    key = next(iter(one.table.primary_key.columns))
    query = (
        select(*(one.table.c[name] for name in one.shown))
        .where(_theirs(one, user_id), _inside(one, guild_id))
        .order_by(key.desc())
        .limit(most)
    )
    return [dict(row) for row in (await reading.execute(query)).mappings()]


async def remove(tx: Transaction, one: PersonalTable, guild_id: int, user_id: int) -> int:
    """Delete them; how many there were."""
    gone = delete(one.table).where(_theirs(one, user_id), _inside(one, guild_id))
    return (await tx.execute(gone)).rowcount


def _theirs(one: PersonalTable, user_id: int) -> ColumnElement[bool]:
    found = or_(*(one.table.c[name] == user_id for name in one.own))
    return found if one.only is None else found & one.only


def _inside(one: PersonalTable, guild_id: int) -> ColumnElement[bool]:
    """Whether a row is of that guild; what is no single guild's is everywhere."""
    if one.parent is not None:
        column, parent = one.parent
        mine = select(parent.c.id).where(parent.c.guild_id == guild_id)
        return one.table.c[column].in_(mine)
    if one.is_shared:
        return one.table.c[one.own[0]].is_not(None)
    return one.table.c.guild_id == guild_id
