"""Joins that one look explains, and the messages that go with them."""

import asyncio

import structlog

from bot.acts import Actor
from bot.snapshots import Invite
from tests.integration.members.fake_guild import Bench, person
from tests.support.emitter_setup import GUILD
from tests.support.loops import turn


async def test_joins_of_one_second_share_one_look(harbour_bench: Bench) -> None:
    bench = harbour_bench
    bench.harbour.codes["hello"] = Invite("hello", 3, inviter_id=7)
    await bench.sight()
    looked = bench.harbour.looked
    bench.harbour.codes["hello"] = Invite("hello", 5, inviter_id=7)
    for number in (101, 102):
        await bench.members.joined(person(number), bench.clock.now())
    assert await bench.told() == []
    bench.clock.advance(1)
    await bench.until(2)
    assert {data["invite_code"] for _, data in await bench.told()} == {"hello"}
    assert {data["inviter_id"] for _, data in await bench.told()} == {"7"}
    assert bench.harbour.looked == looked + 1


async def test_without_the_right_a_join_is_told_at_once(harbour_bench: Bench) -> None:
    bench = harbour_bench
    bench.harbour.codes["hello"] = Invite("hello", 3)
    bench.harbour.blind.add("invites")
    await bench.sight()
    await bench.members.joined(person(101), bench.clock.now())
    ((_, data),) = await bench.told()
    assert data["invite_code"] is None


async def test_joins_before_there_was_an_invite_are_no_part_of_its_count(
    harbour_bench: Bench,
) -> None:
    bench = harbour_bench
    await bench.sight()
    await bench.members.joined(person(101), bench.clock.now())
    await bench.until(1)
    bench.members.arrivals.created(GUILD, Invite("hello", 0, inviter_id=7))
    bench.harbour.codes["hello"] = Invite("hello", 1, inviter_id=7)

    await bench.members.joined(person(102), bench.clock.now())
    bench.clock.advance(1)
    await bench.until(2)

    assert [data["invite_code"] for _, data in await bench.told()] == [None, "hello"]


async def test_a_held_join_comes_before_what_follows_it(harbour_bench: Bench) -> None:
    bench = harbour_bench
    bench.harbour.codes["hello"] = Invite("hello", 3)
    bench.harbour.blind.add("log")
    await bench.sight()
    await bench.members.joined(person(101), bench.clock.now())
    await bench.members.banned(person(101))
    assert [kind for kind, _ in await bench.told()] == ["joined", "banned"]


async def test_stopping_tells_the_joins_that_wait(harbour_bench: Bench) -> None:
    bench = harbour_bench
    bench.harbour.codes["hello"] = Invite("hello", 3)
    await bench.sight()
    await bench.members.joined(person(101), bench.clock.now())
    await bench.members.stop()
    assert await bench.until(1) == [("joined", "otter_101")]


async def test_a_closed_channel_is_left_alone_for_ten_minutes(harbour_bench: Bench) -> None:
    bench, harbour = harbour_bench, harbour_bench.harbour

    async def join(number: int, channel_id: int = 5) -> None:
        actor = Actor(GUILD, 4, "harbour_master")
        await bench.settings.change(actor, "members", "welcome_channel_id", channel_id)
        await bench.members.joined(person(number), bench.clock.now())

    async def joins_elsewhere(number: int) -> None:
        """Greetings are said in turn: once this one is, those before it were decided."""
        await join(number, channel_id=number)
        async with asyncio.timeout(10):
            while number not in harbour.tried:
                await turn()

    harbour.blind.add("channel")
    with structlog.testing.capture_logs() as logs:
        for number in range(101, 151):
            await join(number)
        await joins_elsewhere(151)
    assert [line["channel_id"] for line in logs] == [5, 151]
    assert harbour.tried == [5, 151]
    harbour.blind.clear()
    bench.clock.advance(599)
    await join(201)
    await joins_elsewhere(202)
    bench.clock.advance(1)
    await joins_elsewhere(203)
    await join(204)
    await joins_elsewhere(205)
    assert [pinged for _, _, pinged in harbour.said] == [202, 203, 204, 205]
    assert harbour.said[2] == (
        5,
        "Welcome to The \\*Harbour\\*, <@204>! You are member number 30.",
        204,
    )
