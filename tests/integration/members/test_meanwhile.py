"""What happens while a guild is compared hides nothing of an absence, and is not found undone."""

import asyncio
from collections.abc import Mapping

import pytest

from bot.features.members import facts
from bot.features.members.facts import Fact
from bot.features.members.reconciliation import OVERLAP
from bot.snapshots import AuditAction, AuditSeen, Present, case_mark
from bot.storage.database import Transaction
from tests.integration.members.members_env import MembersEnv, person
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import BOT
from tests.support.loops import turn

LONG = 2_000  # turns of the loop


@pytest.fixture
async def env(harbour_bench: MembersEnv) -> MembersEnv:
    await harbour_bench.sight()
    return harbour_bench


async def test_an_entry_of_now_does_not_hide_those_of_the_absence(env: MembersEnv) -> None:
    """A new session tells of one before the guild was compared, which may take minutes."""
    missed, later = OVERLAP, 3 * OVERLAP
    del env.guild.here[8]
    env.guild.entries_made += [
        AuditSeen(GUILD, missed, "kick", 8, 77, "Advertising"),
        AuditSeen(GUILD, later, "kick", 999, 77, "Advertising"),
    ]
    env.guild.here[200] = env.guild.present(200, env.clock.now())
    env.members.returns.lost(GUILD)
    env.members.log_seen(GUILD, later)
    await env.members.joined(person(200), env.clock.now())
    await env.sight()
    (left,) = [data for kind, data in await env.told() if kind == "left"]
    assert (left["kind"], left["moderator_id"]) == ("kicked", "77")


async def test_a_log_that_was_not_read_is_read_from_the_same_entry_on(env: MembersEnv) -> None:
    env.guild.blind.add("log")
    await env.sight()
    env.members.log_seen(GUILD, 3 * OVERLAP)
    env.guild.here[200] = env.guild.present(200, env.clock.now())
    await env.members.joined(person(200), env.clock.now())
    del env.guild.here[8]
    env.guild.entries_made.append(AuditSeen(GUILD, OVERLAP, "kick", 8, 77, "Advertising"))
    env.guild.blind.clear()
    await env.sight()
    (left,) = [data for kind, data in await env.told() if kind == "left"]
    assert (left["kind"], left["moderator_id"]) == ("kicked", "77")


async def test_what_the_bot_does_during_a_comparison_is_not_found_undone(env: MembersEnv) -> None:
    """The list of bans was read before one of them was lifted."""
    env.guild.bans_somebody(5)
    await env.sight()
    look = env.guild.members

    async def lifted(guild_id: int) -> Mapping[int, Present]:
        del env.guild.ban_list[5]
        async with (
            env.members.echoes.own(GUILD, 5, "unbanned") as echo,
            env.emitter.database.transaction() as tx,
        ):
            await echo.told(tx, facts.unbanned(person(5), None))
        return await look(guild_id)

    env.guild.members = lifted
    await env.sight()
    assert [kind for kind, _data in await env.told()] == ["banned", "unbanned"]


async def test_a_comparison_ends_with_its_sight(env: MembersEnv) -> None:
    """Of a ban after a new session began the look before it knows nothing."""
    look, views = env.guild.members, list[int]()

    async def renewed(guild_id: int) -> Mapping[int, Present]:
        views.append(guild_id)
        if len(views) == 1:
            env.members.returns.lost(GUILD)
            env.members.returns.sighted(GUILD)
            env.guild.bans_somebody(5)
            await env.members.banned(person(5))
            await env.members.audit_seen(env.guild.entries_made[-1])
        return await look(guild_id)

    env.guild.members = renewed
    await env.sight()
    assert len(views) == 2
    assert [kind for kind, _data in await env.told()] == ["banned"]


async def test_the_ban_of_a_softban_is_known_no_longer_than_it_lasts(env: MembersEnv) -> None:
    """A comparison has seen it; one by hand, during an absence, is news all the same."""
    async with env.members.echoes.own(GUILD, 5, "softbanned") as echo:
        env.guild.bans_somebody(5)
        env.guild.entries_made[-1:] = [own_entry("ban", 5)]
        await env.sight()
        del env.guild.ban_list[5]
        gone = facts.left(person(5), own_entry("kick", 5), joined_at=None, left_at=None)
        async with env.emitter.database.transaction() as tx:
            await echo.told(tx, gone)
    env.guild.bans_somebody(5)
    await env.again()
    assert [kind for kind, _data in await env.told()] == ["left", "banned"]


async def test_a_ban_that_its_case_has_yet_to_tell_is_no_departure(env: MembersEnv) -> None:
    """However often the guild is compared before."""
    env.members.echoes.expect(GUILD, 5, "banned")
    env.guild.bans_somebody(5)
    env.guild.entries_made[-1:] = [own_entry("ban", 5)]
    await env.sight()
    await env.sight()
    async with (
        env.members.echoes.own(GUILD, 5, "banned") as echo,
        env.emitter.database.transaction() as tx,
    ):
        await echo.told(tx, facts.banned(person(5), own_entry("ban", 5)))
    ((kind, data),) = await env.told()
    assert (kind, data["was_member"]) == ("banned", True)


async def test_a_join_that_is_heard_while_it_is_found_is_told_once(env: MembersEnv) -> None:
    """Of two transactions at once neither sees the other's row."""
    joined_at, told, tasks = env.clock.now(), list[Fact](), list[asyncio.Task[None]]()
    env.guild.here[200] = env.guild.present(200, joined_at)

    async def hear(_tx: Transaction, fact: Fact) -> None:
        told.append(fact)
        if not tasks:
            tasks.append(asyncio.create_task(env.members.joined(person(200), joined_at)))
            await turns()

    env.members.on_facts.append(hear)
    await env.sight()
    await asyncio.gather(*tasks)
    assert [kind for kind, _data in await env.told()] == ["joined"]
    assert len(told) == 1


async def test_a_ban_that_waits_to_be_told_is_not_found_as_well(env: MembersEnv) -> None:
    """What was heard in the sight before may be written in the next one."""
    env.guild.blind.add("log")
    env.guild.here[200] = env.guild.present(200, env.clock.now())
    writes = asyncio.Event()

    async def hear(_tx: Transaction, _fact: Fact) -> None:
        await writes.wait()

    env.members.on_facts.append(hear)
    joining = asyncio.create_task(env.members.joined(person(200), env.clock.now()))
    await turns()
    env.guild.bans_somebody(8)
    banning = asyncio.create_task(env.members.banned(person(8)))
    await turns()
    env.members.returns.lost(GUILD)
    env.members.returns.sighted(GUILD)
    await turns()
    writes.set()
    await asyncio.gather(joining, banning, env.compared())
    assert [kind for kind, _data in await env.told()] == ["joined", "banned"]


async def turns() -> None:
    """Time enough for a server to answer."""
    for _ in range(LONG):
        await turn()


def own_entry(action: AuditAction, user_id: int) -> AuditSeen:
    """One of the bot's, done for its first case."""
    return AuditSeen(GUILD, OVERLAP, action, user_id, BOT, case_mark(1), by_us=True)
