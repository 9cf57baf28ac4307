"""Store of automod's rules, and of Discord's own that have a number here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, text, update

from bot.errors import NotFound
from bot.features.automod.model import AutomodRule
from bot.features.automod.tables import rule as table
from bot.features.automod.terms import Category, RuleDraft
from bot.storage.database import Reading, Transaction
from bot.storage.row_pages import RowPage, page_of
from bot.storage.schema import from_row
from bot.texts import _

RulePage = RowPage[AutomodRule]
"""Some of a guild's rules, in the order of their numbers."""

_NUMBER_NATIVE = text(
    "INSERT INTO automod_rule (guild_id, name, category, enabled, native_id, hits, created_at) "
    "VALUES (:guild_id, :name, :category, :enabled, :native_id, 0, :created_at) "
    "ON CONFLICT (guild_id, native_id) DO UPDATE SET native_id = excluded.native_id "
    "RETURNING id"
)


async def add(
    tx: Transaction, guild_id: int, draft: RuleDraft, *, by_id: int, now: datetime
) -> AutomodRule:
    """A new rule."""
    values = {"guild_id": guild_id, "hits": 0, "created_by_id": by_id, "created_at": now}
    made = await tx.execute(insert(table).values(**values, **_drafted(draft)).returning(*table.c))
    return rule_of(made.one())


async def change(tx: Transaction, rule_id: int, draft: RuleDraft) -> AutomodRule:
    """Another draft of a rule that is locked."""
    changed = update(table).where(table.c.id == rule_id).values(**_drafted(draft))
    return rule_of((await tx.execute(changed.returning(*table.c))).one())


async def remove(tx: Transaction, rule_id: int) -> bool:
    """Delete it; false where it was gone."""
    return (await tx.execute(delete(table).where(table.c.id == rule_id))).rowcount > 0


async def by_id(reading: Reading, rule_id: int, *, locks: bool = False) -> AutomodRule | None:
    """A rule of any guild."""
    query = select(table).where(table.c.id == rule_id)
    row = (await reading.execute(query.with_for_update() if locks else query)).one_or_none()
    return None if row is None else rule_of(row)


async def known(
    reading: Reading, guild_id: int, rule_id: int, *, locks: bool = False
) -> AutomodRule:
    """The guild's own rule; NotFound where it has none of that number."""
    found = await by_id(reading, rule_id, locks=locks)
    if found is None or found.guild_id != guild_id or found.draft is None:
        said = _("There is no rule {number} in this server. `/automod rule list` lists them.")
        raise NotFound(said.format(number=rule_id))
    return found


async def rules(reading: Reading, guild_id: int) -> list[AutomodRule]:
    """The guild's own, in the order of their numbers."""
    query = select(table).where(table.c.guild_id == guild_id, table.c.draft.is_not(None))
    return [rule_of(row) for row in await reading.execute(query.order_by(table.c.id))]


async def lock_guild(tx: Transaction, guild_id: int) -> Sequence[AutomodRule]:
    """All of them, while nobody else changes one."""
    query = select(table).where(table.c.guild_id == guild_id, table.c.draft.is_not(None))
    found = await tx.execute(query.order_by(table.c.id).with_for_update())
    return [rule_of(row) for row in found]


async def page(reading: Reading, guild_id: int, number: int) -> RulePage:
    """That page of a guild's own."""
    wanted = select(table).where(table.c.guild_id == guild_id, table.c.draft.is_not(None))
    return await page_of(reading, wanted.order_by(table.c.id), number, rule_of)


async def counts(reading: Reading, guild_id: int) -> tuple[int, int, int]:
    """How many of its own rules it has, how many of these are on, and how often any acted."""
    counted = (func.count().label("rules"), func.sum(table.c.hits).label("hits"))
    query = select(table.c.enabled, *counted).where(
        table.c.guild_id == guild_id, table.c.draft.is_not(None)
    )
    whole, on, hits = 0, 0, 0
    for row in await reading.execute(query.group_by(table.c.enabled)):
        whole += row.rules
        on += row.rules if row.enabled else 0
        hits += int(row.hits or 0)
    return whole, on, hits


async def hit(tx: Transaction, rule_id: int, now: datetime) -> None:
    """It acted once more."""
    counted = {"hits": table.c.hits + 1, "last_hit_at": now}
    await tx.execute(update(table).where(table.c.id == rule_id).values(**counted))


async def pushed(tx: Transaction, rule_id: int, native_id: int | None) -> None:
    """It lies at Discord under that id, or no more. What was numbered under it is this one now."""
    if native_id is not None:
        guild_id = select(table.c.guild_id).where(table.c.id == rule_id).scalar_subquery()
        is_numbered = (table.c.guild_id == guild_id) & (table.c.native_id == native_id)
        others = is_numbered & (table.c.id != rule_id)
        await tx.execute(delete(table).where(others & table.c.draft.is_(None)))
    changed = update(table).where(table.c.id == rule_id).values(native_id=native_id)
    await tx.execute(changed)


async def number_of_native(
    tx: Transaction, guild_id: int, native_id: int, *, category: Category, now: datetime
) -> int:
    """Our number of a rule of Discord's, the same each time."""
    # A number that is drawn and not used is gone: the insert is for the first time alone.
    where = (table.c.guild_id == guild_id) & (table.c.native_id == native_id)
    known = (await tx.execute(select(table.c.id).where(where))).scalar_one_or_none()
    if known is not None:
        return int(known)
    values = {
        "guild_id": guild_id,
        "name": str(native_id),
        "category": category.value,
        "enabled": True,
        "native_id": native_id,
        "created_at": int(now.timestamp() * 1000),
    }
    return int((await tx.execute(_NUMBER_NATIVE, values)).scalar_one())


def rule_of(row: Row[Any]) -> AutomodRule:
    """A whole row as a rule."""
    draft = None if row.draft is None else RuleDraft.model_validate(row.draft)
    return from_row(AutomodRule, row, category=Category(row.category), draft=draft)


def _drafted(draft: RuleDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "category": draft.terms.category.value,
        "draft": draft.model_dump(mode="json"),
        "enabled": draft.enabled,
    }
