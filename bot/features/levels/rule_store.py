"""Store of a guild's rules: level roles and multipliers."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, delete, select, text, update

from bot.features.levels.model import CONTESTED, LevelRole, LevelRules
from bot.features.levels.tables import level_multiplier, level_role
from bot.storage.database import Reading, Transaction
from bot.storage.schema import from_row

PUT_ROLE = text(
    "INSERT INTO level_role (guild_id, level, role_id) VALUES (:guild_id, :level, :role_id) "
    "ON CONFLICT (guild_id, role_id) DO UPDATE SET level = excluded.level, failure = NULL"
)
PUT_MULTIPLIER = text(
    "INSERT INTO level_multiplier (guild_id, target_id, kind, percent) "
    "VALUES (:guild_id, :target_id, :kind, :percent) "
    "ON CONFLICT (guild_id, target_id) DO UPDATE SET percent = excluded.percent"
)


async def rules(reading: Reading, guild_id: int) -> LevelRules:
    """All of them; roles by their level."""
    roles = await reading.execute(
        select(level_role)
        .where(level_role.c.guild_id == guild_id)
        .order_by(level_role.c.level, level_role.c.id)
    )
    found = await reading.execute(_multipliers(guild_id))
    channels, by_role = dict[int, int](), dict[int, int]()
    for row in found:
        (by_role if row.kind == "role" else channels)[row.target_id] = row.percent
    return LevelRules(tuple(from_row(LevelRole, row) for row in roles), channels, by_role)


def _multipliers(guild_id: int) -> Select[Any]:
    wanted = level_multiplier.c
    return select(level_multiplier).where(wanted.guild_id == guild_id).order_by(wanted.target_id)


async def put_role(tx: Transaction, guild_id: int, level: int, role_id: int) -> None:
    """Give it from that level on."""
    await tx.execute(PUT_ROLE, {"guild_id": guild_id, "level": level, "role_id": role_id})


async def drop_role(tx: Transaction, guild_id: int, role_id: int) -> bool:
    """It is no level role any more; false where it was none."""
    where = (level_role.c.guild_id == guild_id) & (level_role.c.role_id == role_id)
    return (await tx.execute(delete(level_role).where(where))).rowcount > 0


async def role(reading: Reading, role_row: int) -> LevelRole | None:
    """One by its row's id."""
    found = await reading.execute(select(level_role).where(level_role.c.id == role_row))
    row = found.one_or_none()
    return None if row is None else from_row(LevelRole, row)


async def fail_role(tx: Transaction, role_row: int, failure: str) -> bool:
    """It cannot be given; true where that is news."""
    news = update(level_role).where(level_role.c.id == role_row, level_role.c.failure.is_(None))
    return (await tx.execute(news.values(failure=failure))).rowcount > 0


async def mend_role(tx: Transaction, role_row: int) -> bool:
    """It could be given again; true where that is news.

    One that is contested is not mended by that: the next moment it may be taken again.
    """
    failed = (level_role.c.id == role_row) & (level_role.c.failure != CONTESTED)
    news = update(level_role).where(failed).values(failure=None)
    return (await tx.execute(news)).rowcount > 0


async def settle_role(tx: Transaction, role_row: int) -> bool:
    """It is contested no more; true where it was."""
    contested = (level_role.c.id == role_row) & (level_role.c.failure == CONTESTED)
    news = update(level_role).where(contested).values(failure=None)
    return (await tx.execute(news)).rowcount > 0


async def put_multiplier(
    tx: Transaction, guild_id: int, kind: str, target_id: int, percent: int
) -> None:
    """Multiply by so much there."""
    given = {"guild_id": guild_id, "target_id": target_id, "kind": kind, "percent": percent}
    await tx.execute(PUT_MULTIPLIER, given)


async def drop_multiplier(tx: Transaction, guild_id: int, target_id: int) -> bool:
    """Multiply by nothing of its own any more; false where it had none."""
    columns = level_multiplier.c
    where = (columns.guild_id == guild_id) & (columns.target_id == target_id)
    return (await tx.execute(delete(level_multiplier).where(where))).rowcount > 0


async def follow(tx: Transaction, guild_id: int, new_ids: Mapping[int, int]) -> tuple[int, int]:
    """Name what was made anew: how many level roles do, and how many multipliers."""
    roles, multipliers = 0, 0
    for old_id, new_id in new_ids.items():
        for_role = update(level_role).where(
            level_role.c.guild_id == guild_id, level_role.c.role_id == old_id
        )
        roles += (await tx.execute(for_role.values(role_id=new_id, failure=None))).rowcount
        for_any = update(level_multiplier).where(
            level_multiplier.c.guild_id == guild_id, level_multiplier.c.target_id == old_id
        )
        multipliers += (await tx.execute(for_any.values(target_id=new_id))).rowcount
    return roles, multipliers
