"""Joins that one look explains, and the messages that go with them."""

import asyncio

import structlog

from bot.acts import Actor
from bot.snapshots import Invite
from tests.integration.members.members_env import MembersEnv, person
from tests.support.emitter_setup import GUILD
from tests.support.loops import turn
from tests.support.patience import PATIENCE


async def test_joins_of_one_second_share_one_look(harbour_bench: MembersEnv) -> None:
    env = harbour_bench
    env.guild.codes["hello"] = Invite("hello", 3, inviter_id=7)
    await env.sight()
    looked = env.guild.looked
    env.guild.codes["hello"] = Invite("hello", 5, inviter_id=7)
    for number in (101, 102):
        await env.members.joined(person(number), env.clock.now())
    assert await env.told() == []
    env.clock.advance(1)
    await env.until(2)
    assert {data["invite_code"] for _, data in await env.told()} == {"hello"}
    assert {data["inviter_id"] for _, data in await env.told()} == {"7"}
    assert env.guild.looked == looked + 1


async def test_without_the_right_a_join_is_told_at_once(harbour_bench: MembersEnv) -> None:
    env = harbour_bench
    env.guild.codes["hello"] = Invite("hello", 3)
    env.guild.blind.add("invites")
    await env.sight()
    await env.members.joined(person(101), env.clock.now())
    ((_, data),) = await env.told()
    assert data["invite_code"] is None


async def test_joins_before_there_was_an_invite_are_no_part_of_its_count(
    harbour_bench: MembersEnv,
) -> None:
    env = harbour_bench
    await env.sight()
    await env.members.joined(person(101), env.clock.now())
    await env.until(1)
    env.members.arrivals.created(GUILD, Invite("hello", 0, inviter_id=7))
    env.guild.codes["hello"] = Invite("hello", 1, inviter_id=7)

    await env.members.joined(person(102), env.clock.now())
    env.clock.advance(1)
    await env.until(2)

    assert [data["invite_code"] for _, data in await env.told()] == [None, "hello"]


async def test_a_held_join_comes_before_what_follows_it(harbour_bench: MembersEnv) -> None:
    env = harbour_bench
    env.guild.codes["hello"] = Invite("hello", 3)
    env.guild.blind.add("log")
    await env.sight()
    await env.members.joined(person(101), env.clock.now())
    await env.members.banned(person(101))
    assert [kind for kind, _ in await env.told()] == ["joined", "banned"]


async def test_stopping_tells_the_joins_that_wait(harbour_bench: MembersEnv) -> None:
    env = harbour_bench
    env.guild.codes["hello"] = Invite("hello", 3)
    await env.sight()
    await env.members.joined(person(101), env.clock.now())
    await env.members.stop()
    assert await env.until(1) == [("joined", "otter_101")]


async def test_a_closed_channel_is_left_alone_for_ten_minutes(harbour_bench: MembersEnv) -> None:
    env, guild = harbour_bench, harbour_bench.guild

    async def join(number: int, channel_id: int = 5) -> None:
        actor = Actor(GUILD, 4, "harbour_master")
        await env.settings.change(actor, "members", "welcome_channel_id", channel_id)
        await env.members.joined(person(number), env.clock.now())

    async def joins_elsewhere(number: int) -> None:
        """Greetings are said in turn: once this one is, those before it were decided."""
        await join(number, channel_id=number)
        async with asyncio.timeout(PATIENCE):
            while number not in guild.tried:
                await turn()

    guild.blind.add("channel")
    with structlog.testing.capture_logs() as logs:
        for number in range(101, 151):
            await join(number)
        await joins_elsewhere(151)
    assert [line["channel_id"] for line in logs] == [5, 151]
    assert guild.tried == [5, 151]
    guild.blind.clear()
    env.clock.advance(599)
    await join(201)
    await joins_elsewhere(202)
    env.clock.advance(1)
    await joins_elsewhere(203)
    await join(204)
    await joins_elsewhere(205)
    assert [pinged for _, _, pinged in guild.said] == [202, 203, 204, 205]
    assert guild.said[2] == (
        5,
        "Welcome to The \\*ChangingGuild\\*, <@204>! You are member number 30.",
        204,
    )
