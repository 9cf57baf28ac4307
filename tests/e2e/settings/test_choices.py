"""Choices on the panel of `/settings`: what is emptied, undone, refused, and warned of."""

from collections.abc import AsyncGenerator

import discord
import pytest

from bot.clock import ManualClock
from bot.features.cases.settings import CasesSettings
from bot.features.settings import SETTINGS
from tests.e2e.settings.settings_panel import panel, read
from tests.support.emitter_setup import config_for
from tests.support.simulated import World, simulated


@pytest.fixture
async def world(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[World]:
    async with simulated(config_for(sqlite_url), clock) as world:
        yield world


async def test_the_ladder_can_be_emptied(world: World) -> None:
    message = await panel(world, "cases")
    asked = await world.manager.select(message, ["ladder"])
    told = await world.manager.submit_modal(asked, {"value": ""})
    assert "**Ladder**: none" in read(told)
    chosen = await world.app.parts[SETTINGS].service.get(world.guild.id, CasesSettings)
    assert chosen.rungs == ()


async def test_the_longest_welcome_and_farewell_can_be_seen_and_undone(world: World) -> None:
    for name in ("welcome_text", "leave_text"):
        message = await panel(world, "members")
        asked = await world.manager.select(message, [name])
        await world.manager.submit_modal(asked, {"value": "*" * 1500})
    message = await panel(world, "members")
    assert "**Leave channel**: none" in read(message)
    asked = await world.manager.select(message, ["leave_text"])
    assert "**Leave text**: Bye" in read(await world.manager.submit_modal(asked, {"value": "Bye"}))


async def test_a_channel_that_the_bot_cannot_write_into_is_refused(world: World) -> None:
    silent = discord.PermissionOverwrite(send_messages=False)
    everybody = world.guild.default_role
    closed = world.guild.create_text_channel("closed", overwrites={everybody: silent})
    await world.env.settle()
    known_by = "settings:channel:general:notice_channel_id"
    message = await panel(world, "general")
    await world.manager.select(message, ["notice_channel_id"])
    refused = await world.manager.select(message, [closed], custom_id=known_by)
    assert "give my role Send Messages there, then choose it again" in read(refused)
    assert "**Notice channel**: none" in read(await panel(world, "general"))


async def test_a_channel_into_which_the_bot_cannot_invite_is_refused(world: World) -> None:
    """Where it is chosen, and not where an approval would have needed it."""
    everybody = world.guild.default_role
    no_invites = discord.PermissionOverwrite(create_instant_invite=False)
    no_words = discord.PermissionOverwrite(send_messages=False, create_instant_invite=True)
    closed = world.guild.create_text_channel("closed", overwrites={everybody: no_invites})
    quiet = world.guild.create_text_channel("quiet", overwrites={everybody: no_words})
    await world.env.settle()
    known_by = "settings:channel:appeals:invite_channel_id"
    message = await panel(world, "appeals")
    await world.manager.select(message, ["invite_channel_id"])
    refused = await world.manager.select(message, [closed], custom_id=known_by)
    assert "give my role Create Invite there, then choose it again" in read(refused)
    chosen = await world.manager.select(message, [quiet], custom_id=known_by)
    assert f"**Invite channel**: <#{quiet.id}>" in read(chosen)


async def test_a_mute_role_that_denies_nothing_is_said(world: World) -> None:
    guild = world.app.client.get_guild(world.guild.id)
    assert guild is not None
    role = world.guild.create_role("Muted")
    silent = discord.PermissionOverwrite(send_messages=False)
    world.guild.create_text_channel("quiet", overwrites={role: silent})
    staff = next(one for one in guild.roles if one.name == "Staff")
    order = ((guild.me.top_role.id, 90), (staff.id, 80), (role.id, 10))
    world.env.backend.reorder_roles(
        world.guild.id, [{"id": role_id, "position": place} for role_id, place in order]
    )
    await world.env.settle()
    message = await panel(world, "cases")
    await world.manager.select(message, ["mute_role_id"])
    known_by = "settings:role:cases:mute_role_id"
    harmful = discord.Permissions(ban_members=True)
    world.env.backend.edit_role(world.guild.id, role.id, {"permissions": harmful.value})
    await world.env.settle()
    refused = await world.manager.select(message, [role], custom_id=known_by)
    assert "dangerous permissions: Ban Members" in read(refused)
    world.env.backend.edit_role(world.guild.id, role.id, {"permissions": 0})
    await world.env.settle()
    chosen = await world.manager.select(message, [role], custom_id=known_by)
    assert "does not keep anybody from writing in 1 channel, such as <#" in read(chosen)
    assert f"**Mute role**: <@&{role.id}>" in read(await panel(world, "cases"))
