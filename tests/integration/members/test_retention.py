"""A guild that is gone for good is forgotten, and only where it would be a first sight anyway."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.features.members.store import TOGETHER, LostGuilds, guild_sight, known_ban, known_member
from bot.snapshots import Banned
from tests.integration.members.members_env import MembersEnv, person
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault
from tests.support.old_deliveries import run
from tests.support.patience import PATIENCE

DAY = 86_400.0
TABLES = (guild_sight, known_member, known_ban)
PEOPLE = 2 * TOGETHER + 30


@pytest.fixture
async def env(harbour_bench: MembersEnv) -> MembersEnv:
    guild = harbour_bench.guild
    guild.here |= {number: guild.present(number) for number in range(1, PEOPLE + 1)}
    guild.ban_list |= {number: Banned(person(number), None) for number in range(9_000, 9_700)}
    await harbour_bench.sight()
    return harbour_bench


async def sweep(env: MembersEnv) -> int:
    lost = LostGuilds(env.emitter.database, timedelta(days=30))
    return await run(lost.prune(env.clock.now()))


async def kept(env: MembersEnv) -> list[int]:
    """How many rows there are of guilds, members and bans."""
    async with env.emitter.database.reading() as reading:
        return [
            (await reading.execute(select(func.count()).select_from(table))).scalar_one()
            for table in TABLES
        ]


async def test_back_within_thirty_days_what_happened_meanwhile_is_found(env: MembersEnv) -> None:
    await env.members.returns.left(GUILD)
    env.clock.advance(30 * DAY)
    assert await sweep(env) == 0
    del env.guild.here[7]
    await env.sight()
    assert await env.names() == [("left", "otter_7")]


async def test_after_that_it_is_forgotten_and_begins_anew(env: MembersEnv) -> None:
    await env.members.returns.left(GUILD)
    env.clock.advance(30 * DAY + 1)
    lost = LostGuilds(env.emitter.database, timedelta(days=30))
    steps = [gone async for gone in lost.prune(env.clock.now())]
    assert sum(steps) == PEOPLE + 700 + 1
    assert max(steps) <= 2 * TOGETHER
    assert await kept(env) == [0, 0, 0]

    del env.guild.here[7]
    await env.sight()
    assert await env.told() == []
    assert await kept(env) == [1, PEOPLE - 1, 700]
    del env.guild.here[8]
    await env.again()
    assert await env.names() == [("left", "otter_8")]


async def test_removed_while_it_was_down_counts_from_the_last_sight(env: MembersEnv) -> None:
    await env.members.stop()
    env.clock.advance(30 * DAY)
    assert await sweep(env) == 0
    env.clock.advance(1)
    await sweep(env)
    assert await kept(env) == [0, 0, 0]


async def test_a_guild_in_sight_stays_whatever_cannot_be_read_of_it(env: MembersEnv) -> None:
    env.guild.blind |= {"bans", "members"}
    await env.again()
    for _ in range(4):
        env.clock.advance(10 * DAY)
        await env.members.returns.touch()
    assert await sweep(env) == 0
    assert await kept(env) == [1, PEOPLE, 700]


async def test_what_is_being_compared_is_not_forgotten(env: MembersEnv) -> None:
    await env.members.returns.left(GUILD)
    env.clock.advance(40 * DAY)
    env.guild.faults["members"] = Fault.HANGS
    env.members.returns.sighted(GUILD)
    await env.guild.called.wait()
    assert await sweep(env) == 0
    env.guild.let_go.set()
    await env.compared()
    assert await kept(env) == [1, PEOPLE, 700]
    assert await env.told() == []


async def test_a_guild_that_comes_back_is_not_waited_for(env: MembersEnv) -> None:
    await env.members.returns.left(GUILD)
    env.clock.advance(40 * DAY)
    database = env.emitter.database
    if database.is_sqlite:
        return  # one writer: there is no middle of another's transaction
    chosen = select(guild_sight.c.guild_id).with_for_update()
    async with database.transaction() as tx:
        await tx.execute(chosen)
        async with asyncio.timeout(PATIENCE):
            assert await asyncio.create_task(sweep(env)) == 0
    assert await sweep(env) == PEOPLE + 700 + 1
