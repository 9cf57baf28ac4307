"""How the bot looks at a server, and when it does not: each look against the real client."""

from collections.abc import AsyncGenerator

import discord
import pytest

from bot.acts import ActRefused, Gone
from bot.client.acts import DiscordActs
from bot.client.limits import LISTED_MEMBERS
from bot.clock import ManualClock
from bot.controls import Post
from bot.snapshots import Invite
from tests.support.emitter_setup import config_for
from tests.support.simulated import World, simulated


@pytest.fixture
async def world(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[World]:
    async with simulated(config_for(sqlite_url), clock) as world:
        yield world


@pytest.fixture
def looks(world: World) -> DiscordActs:
    acts = world.app.parts.core.acts
    assert isinstance(acts, DiscordActs)
    return acts


def seen(world: World) -> discord.Guild:
    """The server in the bot's own cache."""
    guild = world.app.client.get_guild(world.guild.id)
    assert guild is not None
    return guild


def counted(guild: discord.Guild, count: int) -> None:
    """Let Discord have said that it has so many members."""
    guild._member_count = count  # pyright: ignore[reportPrivateUsage] - as GUILD_CREATE sets it


async def test_a_server_too_large_for_a_list_is_not_asked_for_one(
    world: World, looks: DiscordActs
) -> None:
    counted(seen(world), LISTED_MEMBERS + 1)
    with pytest.raises(ActRefused, match="too large"):
        await looks.members(world.guild.id)


async def test_a_count_that_is_off_by_one_hides_nobody(world: World, looks: DiscordActs) -> None:
    guild = seen(world)
    counted(guild, len(guild.members) + 1)
    assert not guild.chunked
    listed = await looks.members(world.guild.id)
    assert {world.manager.id, world.member.id} <= listed.keys()
    assert world.env.backend.bot_user.id not in listed


async def test_whom_another_client_met_is_met_anew(world: World, looks: DiscordActs) -> None:
    guild, user_id = seen(world), world.member.id
    member = guild.get_member(user_id)
    assert member is not None
    guild._remove_member(member)  # pyright: ignore[reportPrivateUsage] - as in a guild too large to remember
    await looks.meet(guild.id, user_id)
    assert looks.standing(guild.id, user_id) is not None
    looks.connect(world.app.client)
    assert looks.standing(guild.id, user_id) is None


async def test_the_vanity_address_is_looked_up_beside_the_invites(
    world: World, looks: DiscordActs
) -> None:
    backend = world.env.backend
    ordinary = backend.create_invite(world.channel.id, world.manager.id)
    ordinary.uses = 3
    backend.set_vanity_url(world.guild.id, "harbour")
    backend.invites["harbour"].uses = 7
    seen(world).features.append("VANITY_URL")
    found = await looks.invites(world.guild.id)
    assert found["harbour"] == Invite("harbour", 7)
    assert (found[ordinary.code].uses, found[ordinary.code].inviter_id) == (3, world.manager.id)


async def test_what_the_bot_may_not_do_is_not_asked_of_discord(
    world: World, looks: DiscordActs
) -> None:
    """Discord blocks a bot that makes 10,000 invalid requests in ten minutes."""
    backend, guild_id = world.env.backend, world.guild.id
    me = backend.get_member(guild_id, backend.bot_user.id)
    for role_id in list(me.role_ids):
        backend.remove_member_role(guild_id, me.user_id, role_id)
    backend.edit_role(guild_id, guild_id, {"permissions": "0"})
    await world.env.settle()
    mine = looks.own_standing(guild_id)
    assert mine is not None
    assert not mine.may("manage_guild")
    assert not mine.may("view_audit_log")
    asked = len(backend.http_requests)
    with pytest.raises(ActRefused, match="need the permission Ban Members"):
        await looks.bans(guild_id)
    with pytest.raises(ActRefused, match="need the permission View Audit Log"):
        await looks.audit_entries(guild_id, None)
    with pytest.raises(ActRefused, match="need the permission View Channels"):
        await looks.send(guild_id, world.channel.id, Post(text="Ahoy", is_plain=True))
    with pytest.raises(ActRefused, match="need the permission Manage Server"):
        await looks.invites(guild_id)
    assert len(backend.http_requests) == asked


async def test_a_channel_that_is_gone_is_said_to_be_gone(world: World, looks: DiscordActs) -> None:
    with pytest.raises(Gone, match="that channel is gone"):
        await looks.send(world.guild.id, 5, Post(text="Ahoy", is_plain=True))
