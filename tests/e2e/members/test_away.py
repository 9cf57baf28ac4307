"""The real client comes back to a Discord in which things happened, after a restart."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.backend.serializers import guild_create_payload

from bot.acts import Actor
from bot.app import App
from bot.clock import ManualClock
from bot.features.members import MEMBERS
from bot.features.settings import SETTINGS
from tests.support.emitter_setup import config_for
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver
from tests.support.simulated import World, simulated


@pytest.fixture
async def world(sqlite_url: str, clock: ManualClock, receiver: Receiver) -> AsyncGenerator[World]:
    async with simulated(config_for(sqlite_url), clock) as world:
        await world.subscribe(receiver, ["member.*"])
        await compared(world)
        yield world


async def compared(world: World) -> None:
    """Wait until the bot has compared the guild with what it knew."""
    await world.env.settle()
    async with asyncio.timeout(PATIENCE):
        while not world.app.parts[MEMBERS].service.returns.is_whole(world.guild.id):
            await turn()


def people(world: World, count: int) -> list[MemberActor]:
    return [
        world.guild.add_member(world.env.create_user(f"regular_{number}"))
        for number in range(count)
    ]


def ten_minutes(world: World, regulars: list[MemberActor]) -> list[tuple[str, str]]:
    """Five bans by hand, three departures, twenty joins; what is to be told of them."""
    backend, guild_id = world.env.backend, world.guild.id
    for one in regulars[:5]:
        backend.apply_ban(guild_id, one.id, "Advertising")
        backend.record_audit_log(
            guild_id, 22, target_id=one.id, user_id=world.manager.id, reason="Advertising"
        )
    for one in regulars[5:8]:
        world.guild.remove_member(one)
    for number in range(20):
        world.guild.add_member(world.env.create_user(f"newcomer_{number}"))
    return sorted(
        [("member.banned", f"regular_{number}") for number in range(5)]
        + [("member.left", f"regular_{number}") for number in (5, 6, 7)]
        + [("member.joined", f"newcomer_{number}") for number in range(20)]
    )


async def news(world: World, receiver: Receiver, since: int) -> list[tuple[str, dict[str, Any]]]:
    return (await world.told(receiver))[since:]


def names(told: list[tuple[str, dict[str, Any]]]) -> list[tuple[str, str]]:
    return sorted((kind, data["username"]) for kind, data in told)


async def test_a_new_process_finds_all_once(
    world: World, receiver: Receiver, sqlite_url: str, clock: ManualClock
) -> None:
    regulars = people(world, 10)
    since = len(await world.told(receiver))
    await world.app.client.shards[0].disconnect()
    first: list[tuple[str, str]] = []
    for _ in range(2):
        wanted = ten_minutes(world, regulars) if regulars else []
        regulars = []
        await ended(world.app)
        clock.advance(600)
        world.app = await App.open(config_for(sqlite_url), clock)
        await world.app.start()
        await world.env.restart_bot(world.app.client)
        await compared(world)
        if wanted:
            first = wanted
        told = await news(world, receiver, since)
        assert names(told) == first
        banned = [data for kind, data in told if kind == "member.banned"]
        assert {(ban["moderator_id"], ban["reason"]) for ban in banned} == {
            (str(world.manager.id), "Advertising")
        }
    await ended(world.app)


async def ended(app: App) -> None:
    """Stop all of a process but its client, which the simulation replaces."""
    parts = app.parts
    assert app.web is not None
    await app.web.stop()
    for facade in parts:
        for one in facade.background:
            await one.stop()
    await parts.core.posts.stop()
    await app.emitter.stop()


async def test_a_kick_by_hand_names_who_did_it(world: World, receiver: Receiver) -> None:
    world.clock.advance(5)  # right after a join Discord would be asked first
    world.guild.remove_member(world.member)
    world.env.backend.record_audit_log(
        world.guild.id, 20, target_id=world.member.id, user_id=world.manager.id
    )
    ((kind, data),) = (await world.told(receiver))[-1:]
    assert (kind, data["kind"]) == ("member.left", "kicked")
    assert data["moderator_id"] == str(world.manager.id)


async def test_a_prune_names_who_pruned(world: World, receiver: Receiver) -> None:
    regulars = people(world, 2)
    since = len(await world.told(receiver))
    world.env.backend.record_audit_log(
        world.guild.id,
        21,
        user_id=world.manager.id,
        options={"delete_member_days": "7", "members_removed": "2"},
    )
    for one in regulars:
        world.guild.remove_member(one)
    await world.env.settle()
    world.clock.advance(2.5)
    await receiver.has(since + 2)
    told = await news(world, receiver, since)
    assert {(data["kind"], data["moderator_id"]) for _, data in told} == {
        ("kicked", str(world.manager.id))
    }


async def test_the_invite_is_named(world: World, receiver: Receiver) -> None:
    backend = world.env.backend
    invite = backend.create_invite(world.channel.id, world.manager.id)
    await world.env.settle()
    since = len(await world.told(receiver))
    invite.uses += 1
    world.guild.add_member(world.env.create_user("newcomer"))
    assert await news(world, receiver, since) == []
    world.clock.advance(1)
    await receiver.has(since + 1)
    ((_, data),) = await news(world, receiver, since)
    named = (data["invite_code"], data["inviter_id"])
    assert named == (invite.code, str(world.manager.id))


async def test_a_welcome_pings_nobody_but_the_newcomer(world: World, receiver: Receiver) -> None:
    await choose(world, "welcome_channel_id", world.channel.id)
    await choose(world, "welcome_text", "Ahoy {mention}, {name}! @everyone")
    await choose(world, "leave_channel_id", world.channel.id)
    newcomer = world.guild.add_member(world.env.create_user("new_*comer"))
    (welcome,) = await said(world, 1)
    assert welcome.content == f"Ahoy <@{newcomer.id}>, new\\_\\*comer! @everyone"
    assert not welcome.mention_everyone
    world.guild.remove_member(newcomer)
    await world.env.settle()
    world.clock.advance(2.5)
    assert (await said(world, 2))[-1].content == "new\\_\\*comer has left."


async def choose(world: World, name: str, value: object) -> None:
    actor = Actor(world.guild.id, world.manager.id, "harbour_master")
    await world.app.parts[SETTINGS].service.change(actor, "members", name, value)


async def said(world: World, count: int) -> list[discord.Message]:
    """The bot's messages in the channel, once there are so many."""
    channel = world.app.client.get_channel(world.channel.id)
    assert isinstance(channel, discord.TextChannel)
    async with asyncio.timeout(PATIENCE):
        while True:
            found = [message async for message in channel.history(oldest_first=True)]
            if len(found) >= count:
                return found
            await turn()


async def test_who_left_a_voice_channel_during_an_outage_is_there_no_longer(world: World) -> None:
    """Nor is paid for it: within one session discord.py keeps who was there before."""
    pier, guild_id = world.guild.create_voice_channel("pier"), world.guild.id
    await world.member.join_voice(pier)
    await world.env.settle()
    acts, backend = world.app.parts.core.acts, world.env.backend
    assert acts.voices(guild_id)
    backend.emit("GUILD_DELETE", {"id": str(guild_id), "unavailable": True})
    await world.env.settle()
    seen = backend.get_guild(guild_id)
    seen.voice_states.clear()
    backend.emit("GUILD_CREATE", {**guild_create_payload(backend, seen), "unavailable": False})
    await compared(world)
    assert acts.voices(guild_id) == []


async def test_an_outage_that_is_over_at_once_takes_nobody_out_of_voice(world: World) -> None:
    pier, guild_id = world.guild.create_voice_channel("pier"), world.guild.id
    await world.member.join_voice(pier)
    await world.env.settle()
    backend = world.env.backend
    now = guild_create_payload(backend, backend.get_guild(guild_id))
    backend.emit("GUILD_DELETE", {"id": str(guild_id), "unavailable": True})
    backend.emit("GUILD_CREATE", {**now, "unavailable": False})
    await compared(world)
    (found,) = world.app.parts.core.acts.voices(guild_id)
    assert [one.user_id for one in found.people] == [world.member.id]
