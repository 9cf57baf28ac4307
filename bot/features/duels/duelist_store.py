"""Store of duelists: everybody's rating in a guild, and what came of their duels."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, func, select, text, update

from bot.features.duels.model import Duelist
from bot.features.duels.ratings import START
from bot.features.duels.tables import duelist as table
from bot.storage.database import Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import from_row

DuelistPage = RowPage[Duelist]
"""Some of a guild's duelists, the best first."""

_ENTER = text(
    "INSERT INTO duelist (guild_id, user_id, rating, rated, wins, losses, draws) "
    "VALUES (:guild_id, :user_id, :rating, 0, 0, 0, 0) ON CONFLICT (guild_id, user_id) DO NOTHING"
)


async def locked(
    tx: Transaction, guild_id: int, user_ids: Collection[int]
) -> Mapping[int, Duelist]:
    """These, who are duelists from now on; locked in the order of their ids."""
    in_order = sorted(user_ids)
    for one in in_order:
        await tx.execute(_ENTER, {"guild_id": guild_id, "user_id": one, "rating": START})
    query = select(table).where(table.c.guild_id == guild_id, table.c.user_id.in_(in_order))
    rows = await tx.execute(query.order_by(table.c.user_id).with_for_update())
    return {row.user_id: from_row(Duelist, row) for row in rows}


async def change(tx: Transaction, seen: Duelist, **values: Any) -> None:
    """Change one that is locked."""
    await tx.execute(update(table).where(table.c.id == seen.id).values(values))


async def begin_anew(tx: Transaction, guild_id: int, user_id: int) -> int:
    """Somebody's rating and results as everybody begins; 0 where there is nothing to change."""
    theirs = (table.c.guild_id == guild_id) & (table.c.user_id == user_id)
    are_there = (table.c.wins + table.c.losses + table.c.draws + table.c.rated > 0) | (
        table.c.rating != START
    )
    beginning = {"rating": START, "rated": 0, "wins": 0, "losses": 0, "draws": 0}
    return (await tx.execute(update(table).where(theirs, are_there).values(beginning))).rowcount


async def of(reading: Reading, guild_id: int, user_id: int) -> Duelist | None:
    """Somebody, where they have anything to do with duels."""
    query = select(table).where(table.c.guild_id == guild_id, table.c.user_id == user_id)
    row = (await reading.execute(query)).one_or_none()
    return None if row is None else from_row(Duelist, row)


async def place(reading: Reading, one: Duelist) -> int:
    """Their place in the table: equal ratings share one."""
    better = _ranked(one.guild_id).where(table.c.rating > one.rating)
    count = better.with_only_columns(func.count(), maintain_column_froms=True)
    return int((await reading.execute(count)).scalar_one()) + 1


async def page(reading: Reading, guild_id: int, number: int) -> DuelistPage:
    """That page of the table."""
    wanted = _ranked(guild_id).order_by(table.c.rating.desc(), table.c.user_id)
    return await page_of(reading, wanted, number, lambda row: from_row(Duelist, row))


def _ranked(guild_id: int) -> Select[Any]:
    """Whoever has fought a duel that was rated."""
    return select(table).where(table.c.guild_id == guild_id, table.c.rated > 0)
