"""Books that are to balance, asked in SQL of what stands in the database, whatever wrote it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select

from bot.features.economy.tables import account, entry, hold, posting
from bot.storage.database import Database, Reading
from tests.support.emitter_setup import GUILD

WALLET, HOLD, HOUSE, MINT = 1, 2, 3, 4


async def balanced(database: Database, guild_id: int = GUILD) -> dict[tuple[int, int, int], int]:
    """A guild's balances by kind, currency and owner, where all of them prove right."""
    async with database.reading() as reading:
        accounts = await _rows(reading, select(account).where(account.c.guild_id == guild_id))
        theirs = select(posting).join(account).where(account.c.guild_id == guild_id)
        postings = await _rows(reading, theirs.order_by(posting.c.id))
        entries = await _rows(reading, select(entry.c.id).where(entry.c.guild_id == guild_id))
        stands = (hold.c.state == "held") & (hold.c.guild_id == guild_id)
        holds = await _rows(reading, select(hold).where(stands))
    of_currency = {row.id: row.currency_id for row in accounts}
    for name in ("balance", "carried"):
        sums = Counter[int]()
        for row in accounts:
            sums[row.currency_id] += getattr(row, name)
        assert not any(sums.values()), f"over all accounts of a currency {name} sums to zero"
    assert all(row.balance >= 0 for row in accounts if row.kind <= HOLD)

    running = {row.id: row.carried for row in accounts}
    by_entry = Counter[tuple[int, int]]()
    for row in postings:
        assert row.delta != 0
        running[row.account_id] += row.delta
        assert row.balance == running[row.account_id], "each posting tells the balance after it"
        by_entry[row.entry_id, of_currency[row.account_id]] += row.delta
    assert not any(by_entry.values()), "every entry sums to zero"
    assert {entry_id for entry_id, _ in by_entry} == {row.id for row in entries}
    assert running == {row.id: row.balance for row in accounts}

    held = Counter[tuple[int, int]]()
    for row in holds:
        held[row.user_id, row.currency_id] += row.amount
    kept = {(row.owner_id, row.currency_id): row.balance for row in accounts if row.kind == HOLD}
    assert held == Counter(kept), "what is kept is what is held"
    return {(row.kind, row.currency_id, row.owner_id): row.balance for row in accounts}


async def _rows(reading: Reading, wanted: Select[Any]) -> Sequence[Row[Any]]:
    return (await reading.execute(wanted)).all()
