"""Books that are to balance, asked in SQL of what stands in the database, whatever wrote it."""

from collections import defaultdict

from sqlalchemy import func, select

from bot.features.economy.tables import account, entry, hold, posting
from bot.storage.database import Database
from tests.support.emitter_setup import GUILD

WALLET, HOLD, HOUSE, MINT = 1, 2, 3, 4


async def balanced(database: Database, guild_id: int = GUILD) -> dict[tuple[int, int, int], int]:
    """A guild's balances by kind, currency and owner, where all of them prove right."""
    async with database.reading() as reading:
        accounts = (
            await reading.execute(select(account).where(account.c.guild_id == guild_id))
        ).all()
        postings = (
            await reading.execute(
                select(posting)
                .join(account)
                .where(account.c.guild_id == guild_id)
                .order_by(posting.c.id)
            )
        ).all()
        entries = set(
            (
                await reading.execute(select(entry.c.id).where(entry.c.guild_id == guild_id))
            ).scalars()
        )
        held = await reading.execute(
            select(hold.c.user_id, hold.c.currency_id, func.sum(hold.c.amount).label("total"))
            .where(hold.c.state == "held", hold.c.guild_id == guild_id)
            .group_by(hold.c.user_id, hold.c.currency_id)
        )
        held_amounts = {(row.user_id, row.currency_id): int(row.total) for row in held}
    known = {row.id: row for row in accounts}
    sums, carried = defaultdict[int, int](int), defaultdict[int, int](int)
    for row in accounts:
        sums[row.currency_id] += row.balance
        carried[row.currency_id] += row.carried
        assert row.kind > HOLD or row.balance >= 0
    assert not any(sums.values()), "the accounts of a currency sum to zero"
    assert not any(carried.values()), "so does what was carried forward"

    running = {row.id: row.carried for row in accounts}
    by_entry = defaultdict[tuple[int, int], int](int)
    for row in postings:
        assert row.delta != 0
        running[row.account_id] += row.delta
        assert row.balance == running[row.account_id], "each posting tells the balance after it"
        by_entry[row.entry_id, known[row.account_id].currency_id] += row.delta
    assert not any(by_entry.values()), "every entry sums to zero"
    assert {entry_id for entry_id, _ in by_entry} == entries
    assert running == {row.id: row.balance for row in accounts}

    kept = {
        (row.owner_id, row.currency_id): row.balance
        for row in accounts
        if row.kind == HOLD and row.balance
    }
    assert kept == held_amounts, "what holds keep is what is held"
    return {(row.kind, row.currency_id, row.owner_id): row.balance for row in accounts}
