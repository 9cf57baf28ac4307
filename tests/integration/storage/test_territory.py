"""Territory: of rows that are due each process leases those of its own guilds."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import (
    BigInteger,
    Column,
    Integer,
    MetaData,
    Row,
    Select,
    Table,
    func,
    insert,
    select,
)

from bot.acts import ActUnknown
from bot.clock import ManualClock
from bot.storage.database import Database
from bot.storage.schema import UtcDateTime
from bot.storage.sweep import DueRows, Sweep
from bot.storage.territory import Territory, shard_of
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.watched import beside, listening

_metadata = MetaData()
errand = Table(
    "errand",
    _metadata,
    Column("id", Integer, primary_key=True),
    Column("guild_id", BigInteger),
    Column("due_at", UtcDateTime),
    Column("look_at", UtcDateTime, nullable=True),
)
GUILDS = [(1_200_000_000_000 + number) << 22 for number in range(8)]


@pytest.fixture
async def errands(database: Database, clock: ManualClock) -> Database:
    async with database.transaction() as tx:
        await tx.run_sync(_metadata.create_all)
        rows = [{"guild_id": guild, "due_at": clock.now()} for guild in GUILDS]
        await tx.execute(insert(errand), rows)
    return database


def sweep_of(database: Database, clock: ManualClock, seen: list[int]) -> Sweep:
    async def deal(guild_id: int) -> None:
        seen.append(guild_id)

    def guild(row: Row[Any]) -> int:
        return int(row.guild_id)

    def due(now: Any) -> Select[Any]:
        return select(errand.c.id).where(errand.c.due_at <= now).order_by(errand.c.id)

    def next_at(now: Any) -> Select[Any]:
        return select(func.min(errand.c.due_at)).where(errand.c.due_at > now)

    sweep = Sweep("errands", database, clock=clock)
    sweep.rows(DueRows("all", errand, due, guild, deal, next_at=next_at))
    return sweep


async def test_each_process_takes_the_rows_of_its_shards(
    errands: Database, clock: ManualClock
) -> None:
    seen = list[int]()
    sweep = sweep_of(errands, clock, seen)
    errands.territory.take([0, 3], 4)
    await sweep.sweep()
    assert seen == [guild for guild in GUILDS if shard_of(guild, 4) in (0, 3)]
    assert len(seen) == 4
    errands.territory.take([], 4)
    clock.advance(61)
    await sweep.sweep()
    assert len(seen) == 4
    errands.territory.take(range(4), 4)
    await sweep.sweep()
    assert sorted(seen[4:]) == GUILDS


async def test_a_guild_is_known_before_its_rows_are_dealt_with_and_waits_where_it_is_not(
    errands: Database, clock: ManualClock
) -> None:
    seen, entered, dark = list[int](), list[int](), {GUILDS[2]}

    async def enter(guild_id: int) -> None:
        entered.append(guild_id)
        if guild_id in dark:
            raise ActUnknown("Discord does not say")

    errands.territory.enter = enter
    sweep = sweep_of(errands, clock, seen)
    await sweep.sweep()
    assert entered == GUILDS
    assert seen == [guild for guild in GUILDS if guild not in dark]
    dark.clear()
    clock.advance(61)
    await sweep.sweep()
    assert GUILDS[2] in seen


async def test_a_guild_has_the_shard_that_discord_gives_it() -> None:
    """Source: Discord's reference, "Sharding"."""
    territory = Territory()
    assert territory.is_whole
    assert all(territory.covers(guild) for guild in GUILDS)
    territory.take([5], 8)
    assert [territory.covers(guild) for guild in GUILDS] == [
        (guild >> 22) % 8 == 5 for guild in GUILDS
    ]


async def test_a_wake_reaches_the_process_that_has_the_row(
    postgres_url: str, clock: ManualClock
) -> None:
    async with beside(postgres_url) as here, beside(postgres_url) as there:
        async with here.transaction() as tx:
            await tx.run_sync(_metadata.create_all)
        await listening(there)
        await here.start()
        here.signals.others = True
        here.territory.take([], 1)
        theirs = list[int]()
        sweep = sweep_of(there, clock, theirs)
        sweep.start()
        for number, guild in enumerate(GUILDS):
            async with here.transaction() as tx:
                await tx.execute(insert(errand).values(guild_id=guild, due_at=clock.now()))
                tx.on_commit(sweep_of(here, clock, []).wake)
            async with asyncio.timeout(PATIENCE):
                while len(theirs) <= number:
                    await turn()
        await sweep.stop()
        assert theirs == GUILDS
