"""A guild that is gone for good is forgotten, and only where it would be a first sight anyway."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.features.members.retention import TOGETHER, LostGuilds
from bot.features.members.store import guild_sight, known_ban, known_member
from bot.snapshots import Banned
from tests.integration.members.fake_guild import Bench, person
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault
from tests.support.old_deliveries import run

DAY = 86_400.0
TABLES = (guild_sight, known_member, known_ban)
PEOPLE = 2 * TOGETHER + 30


@pytest.fixture
async def bench(harbour_bench: Bench) -> Bench:
    harbour = harbour_bench.harbour
    harbour.here |= {number: harbour.present(number) for number in range(1, PEOPLE + 1)}
    harbour.ban_list |= {number: Banned(person(number), None) for number in range(9_000, 9_700)}
    await harbour_bench.sight()
    return harbour_bench


async def sweep(bench: Bench) -> int:
    lost = LostGuilds(bench.emitter.database, timedelta(days=30))
    return await run(lost.prune(bench.clock.now()))


async def kept(bench: Bench) -> list[int]:
    """How many rows there are of guilds, members and bans."""
    async with bench.emitter.database.reading() as reading:
        return [
            (await reading.execute(select(func.count()).select_from(table))).scalar_one()
            for table in TABLES
        ]


async def test_back_within_thirty_days_what_happened_meanwhile_is_found(bench: Bench) -> None:
    await bench.members.returns.left(GUILD)
    bench.clock.advance(30 * DAY)
    assert await sweep(bench) == 0
    del bench.harbour.here[7]
    await bench.sight()
    assert await bench.names() == [("left", "otter_7")]


async def test_after_that_it_is_forgotten_and_begins_anew(bench: Bench) -> None:
    await bench.members.returns.left(GUILD)
    bench.clock.advance(30 * DAY + 1)
    lost = LostGuilds(bench.emitter.database, timedelta(days=30))
    steps = [gone async for gone in lost.prune(bench.clock.now())]
    assert sum(steps) == PEOPLE + 700 + 1
    assert max(steps) <= 2 * TOGETHER
    assert await kept(bench) == [0, 0, 0]

    del bench.harbour.here[7]
    await bench.sight()
    assert await bench.told() == []
    assert await kept(bench) == [1, PEOPLE - 1, 700]
    del bench.harbour.here[8]
    await bench.again()
    assert await bench.names() == [("left", "otter_8")]


async def test_removed_while_it_was_down_counts_from_the_last_sight(bench: Bench) -> None:
    await bench.members.stop()
    bench.clock.advance(30 * DAY)
    assert await sweep(bench) == 0
    bench.clock.advance(1)
    await sweep(bench)
    assert await kept(bench) == [0, 0, 0]


async def test_a_guild_in_sight_stays_whatever_cannot_be_read_of_it(bench: Bench) -> None:
    bench.harbour.blind |= {"bans", "members"}
    await bench.again()
    for _ in range(4):
        bench.clock.advance(10 * DAY)
        await bench.members.returns.touch()
    assert await sweep(bench) == 0
    assert await kept(bench) == [1, PEOPLE, 700]


async def test_what_is_being_compared_is_not_forgotten(bench: Bench) -> None:
    await bench.members.returns.left(GUILD)
    bench.clock.advance(40 * DAY)
    bench.harbour.faults["members"] = Fault.HANGS
    bench.members.returns.sighted(GUILD)
    await bench.harbour.called.wait()
    assert await sweep(bench) == 0
    bench.harbour.let_go.set()
    await bench.compared()
    assert await kept(bench) == [1, PEOPLE, 700]
    assert await bench.told() == []


async def test_a_guild_that_comes_back_is_not_waited_for(bench: Bench) -> None:
    await bench.members.returns.left(GUILD)
    bench.clock.advance(40 * DAY)
    database = bench.emitter.database
    if database.is_sqlite:
        return  # one writer: there is no middle of another's transaction
    chosen = select(guild_sight.c.guild_id).with_for_update()
    async with database.transaction() as tx:
        await tx.execute(chosen)
        async with asyncio.timeout(20):
            assert await sweep(bench) == 0
    assert await sweep(bench) == PEOPLE + 700 + 1
