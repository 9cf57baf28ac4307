"""The guided panel and the check of a server, as whoever manages it meets them."""

from collections.abc import AsyncGenerator
from urllib.parse import parse_qs, urlsplit

import discord
import pytest
from simcord.results import ResponseMessage

from bot.acts import Actor
from bot.client.grants import grant_url
from bot.clock import ManualClock
from bot.config import WebConfig
from bot.features.appeals.settings import AppealsSettings
from bot.features.automod.settings import AutomodSettings
from bot.features.duels.settings import DuelsSettings
from bot.features.settings import SETTINGS
from tests.e2e.settings.settings_panel import read
from tests.support.emitter_setup import config_for
from tests.support.simulated import World, simulated

Switched = AppealsSettings | AutomodSettings | DuelsSettings


@pytest.fixture
async def world(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[World]:
    reachable = {"web": WebConfig(port=0, public_url="https://herald.example")}
    async with simulated(config_for(sqlite_url).model_copy(update=reachable), clock) as world:
        yield world


async def opened(world: World) -> ResponseMessage:
    result = await world.manager.slash(world.channel, "setup")
    assert result.response is not None
    assert result.response.ephemeral
    return result.response


async def is_on(world: World, model: type[Switched]) -> bool:
    return (await world.app.parts[SETTINGS].service.get(world.guild.id, model)).enabled


async def test_a_server_is_set_up_step_by_step_and_goes_on_after_a_restart(world: World) -> None:
    """What cannot be switched on yet is, once its own step is done; a skipped step does nothing."""
    message = await opened(world)
    told = read(await world.manager.select(message, ["cases", "appeals", "automod"]))
    assert "**Appeals**: " in told, "it says why it is still off"
    assert "Settings: General" in told
    assert [await is_on(world, one) for one in (AutomodSettings, DuelsSettings)] == [True, False]
    await world.manager.click(message, label="Next")
    await world.restart()
    message = await opened(world)
    steps = list[str]()
    while "Set-up is done" not in (now := read(message)):
        steps.append(now.split("Settings: ")[1].splitlines()[0])
        if steps[-1] == "Appeals":
            await world.manager.select(message, ["channel_id"])
            known_by = "setup:chosen:appeals:channel_id"
            chosen = await world.manager.select(message, [world.channel], custom_id=known_by)
            assert f"<#{world.channel.id}>" in read(chosen)
        await world.manager.click(message, label="Next")
        message = await opened(world)
    assert steps == ["Moderation cases", "Appeals", "Audit", "Log of the protections", "Automod"]
    assert await is_on(world, AppealsSettings)
    assert "/webhook create" in now
    await world.manager.click(message, label="Begin again")
    assert "Pick features" in read(await opened(world))


async def test_the_check_says_what_is_missing_with_what_to_click(world: World) -> None:
    """Of the server, in one channel by its own permissions, deleted, and too high."""
    guild = world.app.client.get_guild(world.guild.id)
    assert guild is not None
    own, backend = guild.me.top_role, world.env.backend
    silent = discord.PermissionOverwrite(send_messages=False)
    closed = world.guild.create_text_channel("closed", overwrites={guild.default_role: silent})
    roles = [world.guild.create_role(name) for name in ("Locked away", "Crew")]
    held = own.permissions.value & ~discord.Permissions(ban_members=True).value
    backend.edit_role(world.guild.id, own.id, {"permissions": held})
    order = [{"id": own.id, "position": 1}, *({"id": one.id, "position": 5} for one in roles)]
    backend.reorder_roles(world.guild.id, order)
    await world.env.settle()
    actor = Actor(world.guild.id, world.manager.id, "harbour_master")
    for feature, name, value in (
        ("cases", "log_channel_id", closed.id),
        ("audit", "log_channel_id", closed.id),
        ("general", "notice_channel_id", 99),
        ("cases", "quarantine_role_id", roles[0].id),
    ):
        await world.app.parts[SETTINGS].service.change(actor, feature, name, value)
    message = await opened(world)
    found = await world.manager.click(message, label="Check")
    told = read(found)
    for line in (
        "⚠️ I lack **Ban Members** (to ban people, and to lift bans)",
        "-# → Server Settings → Roles → my role → Permissions, and tick it",
        f"⚠️ <@&{roles[0].id}> (“The one role of people in quarantine”) stands above my role",
        "⚠️ I can do nothing about whoever has a role above mine: <@&",
        "⚠️ “Where the bot tells the staff what they must know” was deleted",
        "📝 I am not told what people write.",
        "The button gives my role Ban Members, and nothing else.",
    ):
        assert line in told
    assert told.count(f"In <#{closed.id}> my role lacks **Send Messages**") == 1, "told twice"
    assert "Set-up" in read(await world.manager.click(message, label="Back to the set-up"))


async def test_the_link_names_what_the_role_has_and_what_it_lacks(world: World) -> None:
    """Discord puts what a link names in the place of what the role had."""
    guild = world.app.client.get_guild(world.guild.id)
    assert guild is not None
    role = guild.me.top_role
    has = role.permissions.value & ~discord.Permissions(ban_members=True).value
    world.env.backend.edit_role(world.guild.id, role.id, {"permissions": has})
    await world.env.settle()
    role = guild.me.top_role
    role.tags = discord.role.RoleTags({"bot_id": guild.me.id})  # as Discord has them
    url = urlsplit(grant_url(guild, 7, ["ban_members"]))
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert int(asked.pop("permissions")) == has | discord.Permissions(ban_members=True).value
    assert asked == {
        "client_id": "7",
        "guild_id": str(guild.id),
        "disable_guild_select": "true",
        "scope": "bot applications.commands",
    }


async def test_only_whoever_manages_the_server_sets_it_up(world: World) -> None:
    await world.allow(world.member, "setup")
    refused = await world.member.slash(world.channel, "setup")
    assert "Manage Server" in read(refused)
