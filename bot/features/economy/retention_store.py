"""Store of what is old: entries whose sums move into their accounts before they go."""

from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from bot.features.economy.tables import account, currency, entry, hold, posting
from bot.storage.database import Reading, Transaction

TOGETHER = 100  # entries, and as many holds


async def guilds(reading: Reading) -> list[int]:
    """Those that have money."""
    found = await reading.execute(select(currency.c.guild_id).distinct())
    return [int(one) for one in found.scalars()]


async def carry_forward(tx: Transaction, guild_id: int, before: datetime) -> int:
    """Let go of the guild's oldest entries, and of holds that ended; how many rows went."""
    first = (
        select(entry.c.id, entry.c.created_at)
        .where(entry.c.guild_id == guild_id)
        .order_by(entry.c.id)
        .limit(TOGETHER)
        .subquery()
    )
    old = select(first.c.id).where(first.c.created_at <= before)
    # Those that no other process carries forward at the same time.
    free = select(entry.c.id).where(entry.c.id.in_(old)).with_for_update(skip_locked=True)
    ids = [int(one) for one in (await tx.execute(free)).scalars()]
    if ids:
        await _carry(tx, ids)
        await tx.execute(delete(posting).where(posting.c.entry_id.in_(ids)))
        await tx.execute(delete(entry).where(entry.c.id.in_(ids)))
    return len(ids) + await _forget_holds(tx, guild_id, before)


async def _carry(tx: Transaction, entry_ids: list[int]) -> None:
    """In the order in which accounts are locked everywhere."""
    sums = (
        select(posting.c.account_id, func.sum(posting.c.delta).label("total"))
        .where(posting.c.entry_id.in_(entry_ids))
        .group_by(posting.c.account_id)
        .subquery()
    )
    query = (
        select(account.c.id, sums.c.total)
        .join(sums, sums.c.account_id == account.c.id)
        .order_by(account.c.kind, account.c.currency_id, account.c.owner_id)
    )
    rows = [
        {"account": row.id, "total": int(row.total)}
        for row in await tx.execute(query.with_for_update(of=account))
    ]
    carried = update(account).where(account.c.id == bindparam("account"))
    await tx.execute(carried.values(carried=account.c.carried + bindparam("total")), rows)


async def _forget_holds(tx: Transaction, guild_id: int, before: datetime) -> int:
    old = (
        select(hold.c.id)
        .where(hold.c.guild_id == guild_id, hold.c.state != "held", hold.c.ended_at <= before)
        .limit(TOGETHER)
        .with_for_update(skip_locked=True)
    )
    return (await tx.execute(delete(hold).where(hold.c.id.in_(old)))).rowcount
