"""`/settings` as people use it: the panel, its controls, rights, restarts, double clicks."""

from collections.abc import AsyncGenerator
from typing import Any

import discord
import pytest
from pydantic import Field
from simcord.results import InteractionResult, ResponseMessage

from bot.app import COGS
from bot.client import HeraldClient
from bot.clock import ManualClock
from bot.features.members.model import MembersSettings
from bot.features.settings import SETTINGS
from bot.features.settings.model import GeneralSettings
from bot.settings import FeatureSettings, RoleId
from bot.wiring import FEATURES
from tests.e2e.settings.settings_panel import panel, read
from tests.support.emitter_setup import config_for
from tests.support.features import with_settings
from tests.support.receiver import Receiver
from tests.support.simulated import World, simulated

NEEDS_MANAGE_SERVER = "You need the permission **Manage Server** for that."


class Pond(FeatureSettings):
    feature = "pond"
    title = "Pond"

    depth: int = Field(default=3, ge=1, le=9, description="How deep it is")
    greeting: str | None = Field(default=None, max_length=20, description="What the sign says")


@pytest.fixture
async def world(sqlite_url: str, clock: ManualClock, receiver: Receiver) -> AsyncGenerator[World]:
    async with simulated(config_for(sqlite_url), clock) as world:
        await world.subscribe(receiver, ["security.*"])
        yield world


async def audited(world: World, receiver: Receiver) -> list[dict[str, Any]]:
    told = await world.told(receiver)
    assert {kind for kind, _data in told} <= {"security.audit_entry"}
    return [data for _kind, data in told]


async def test_the_panel_shows_every_setting_with_its_meaning(world: World) -> None:
    text = read(await panel(world, "members"))
    assert "## Settings: Members" in text
    assert "**Enabled**: on\n-# Send joins, leaves, bans and unbans" in text
    assert "**Notice channel**: none" in read(await panel(world, "general"))


async def test_every_feature_can_be_chosen(world: World) -> None:
    (command,) = [c for c in world.app.client.tree.get_commands() if c.name == "settings"]
    assert isinstance(command, discord.app_commands.Command)
    offered = [choice.value for choice in command.parameters[0].choices]
    assert offered[:4] == ["general", "members", "cases", "appeals"]
    assert offered == [one.settings.feature for one in FEATURES if one.settings is not None]


async def test_a_switch_changes_at_once_with_an_audit_entry(
    world: World, receiver: Receiver
) -> None:
    message = await panel(world, "members")
    assert "**Enabled**: off" in read(await world.manager.select(message, ["enabled=off"]))
    (entry,) = await audited(world, receiver)
    assert (entry["event_type"], entry["target_id"]) == ("settings.changed", "members.enabled")
    assert (entry["actor_id"], entry["actor_name"]) == (str(world.manager.id), "harbour_master")
    assert entry["context"] == {"old": True, "new": False}
    settings = world.app.parts[SETTINGS].service
    assert await settings.get(world.guild.id, MembersSettings) == MembersSettings(enabled=False)
    assert "**Enabled**: on" in read(await world.manager.select(message, ["enabled=on"]))


async def test_a_second_click_on_what_one_saw_changes_nothing(
    world: World, receiver: Receiver
) -> None:
    first, second = await panel(world, "members"), await panel(world, "members")
    for message in (first, second):
        assert "**Enabled**: off" in read(await world.manager.select(message, ["enabled=off"]))
    assert len(await audited(world, receiver)) == 1


async def test_a_channel_is_chosen_and_taken_back(world: World, receiver: Receiver) -> None:
    message = await panel(world, "general")
    picked = await world.manager.select(message, ["notice_channel_id"])
    assert "Choose a channel" in read(picked)
    chosen = await world.manager.select(
        message, [world.channel], custom_id="settings:channel:general:notice_channel_id"
    )
    assert f"**Notice channel**: <#{world.channel.id}>" in read(chosen)
    await world.manager.select(message, ["notice_channel_id"])
    assert "**Notice channel**: none" in read(
        await world.manager.click(message, label="No channel")
    )
    entries = await audited(world, receiver)
    wanted = [(None, str(world.channel.id)), (str(world.channel.id), None)]
    assert [(e["context"]["old"], e["context"]["new"]) for e in entries] == wanted


async def test_a_channel_that_was_deleted_says_so(world: World) -> None:
    lost = world.guild.create_text_channel("lost")
    message = await panel(world, "general")
    await world.manager.select(message, ["notice_channel_id"])
    select = "settings:channel:general:notice_channel_id"
    await world.manager.select(message, [lost], custom_id=select)
    world.env.backend.delete_channel(lost.id)
    await world.env.settle()
    message = await panel(world, "general")
    assert "**Notice channel**: deleted channel, choose another" in read(message)
    await world.manager.select(message, ["notice_channel_id"])
    chosen = await world.manager.select(message, [world.channel], custom_id=select)
    assert f"<#{world.channel.id}>" in read(chosen)


async def test_a_channel_deleted_while_it_was_chosen_is_refused(
    world: World, receiver: Receiver
) -> None:
    lost = world.guild.create_text_channel("lost")
    message = await panel(world, "general")
    await world.manager.select(message, ["notice_channel_id"])
    # Only the bot hears of it yet; the person still sees the channel.
    world.env.backend.emit(
        "CHANNEL_DELETE",
        {"id": str(lost.id), "guild_id": str(world.guild.id), "type": 0, "name": "lost"},
    )
    refused = await world.manager.select(
        message, [lost], custom_id="settings:channel:general:notice_channel_id"
    )
    assert "That channel is not in this server." in read(refused)
    assert await audited(world, receiver) == []


async def test_somebody_without_the_permission_is_told_which(world: World) -> None:
    await world.allow(world.member, "settings")
    refused = await world.member.slash(world.channel, "settings", feature="members")
    assert refused.ephemeral
    assert NEEDS_MANAGE_SERVER in read(refused)
    assert world.errors() == []


async def test_a_panel_does_not_outlive_the_permission(world: World, receiver: Receiver) -> None:
    members, general = await panel(world, "members"), await panel(world, "general")
    await world.manager.select(general, ["notice_channel_id"])
    member = world.env.backend.get_member(world.guild.id, world.manager.id)
    for role_id in list(member.role_ids):
        world.env.backend.remove_member_role(world.guild.id, world.manager.id, role_id)
    select = "settings:channel:general:notice_channel_id"
    for refused in (
        await world.manager.select(members, ["enabled=off"]),
        await world.manager.select(
            general, ["notice_channel_id"], custom_id="settings:pick:general"
        ),
        await world.manager.select(general, [world.channel], custom_id=select),
        await world.manager.click(general, label="No channel"),
    ):
        assert NEEDS_MANAGE_SERVER in read(refused)
    assert await audited(world, receiver) == []


async def test_a_panel_survives_a_restart(world: World, receiver: Receiver) -> None:
    members, general = await panel(world, "members"), await panel(world, "general")
    await world.manager.select(general, ["notice_channel_id"])
    await world.restart()
    assert "**Enabled**: off" in read(await world.manager.select(members, ["enabled=off"]))
    chosen = await world.manager.select(
        general, [world.channel], custom_id="settings:channel:general:notice_channel_id"
    )
    assert f"<#{world.channel.id}>" in read(chosen)
    assert len(await audited(world, receiver)) == 2


@pytest.fixture
async def pond(world: World) -> World:
    """A bot with a feature whose settings are typed in."""
    app = world.app
    models = [GeneralSettings, MembersSettings, Pond]
    app.client = HeraldClient(with_settings(app.parts, models), COGS)
    await world.env.restart_bot(app.client)
    await world.env.settle()
    return world


async def typed(world: World, message: ResponseMessage, name: str, text: str) -> InteractionResult:
    asked = await world.manager.select(message, [name])
    assert asked.modal is not None
    return await world.manager.submit_modal(asked, {"value": text})


async def test_a_number_is_typed_into_a_modal(pond: World, receiver: Receiver) -> None:
    message = await panel(pond, "pond")
    assert "**Depth**: 3\n-# How deep it is" in read(message)
    asked = await pond.manager.select(message, ["depth"])
    assert asked.modal is not None
    assert asked.modal["title"] == "Depth"
    changed = await pond.manager.submit_modal(asked, {"value": " 7 "})
    assert "**Depth**: 7" in read(changed)
    (entry,) = await audited(pond, receiver)
    assert entry["context"] == {"old": "3", "new": "7"}


@pytest.mark.parametrize("text", ["10", "deep"])
async def test_a_number_that_does_not_fit_is_refused(
    pond: World, receiver: Receiver, text: str
) -> None:
    message = await panel(pond, "pond")
    refused = await typed(pond, message, "depth", text)
    assert f"“{text}” does not fit Depth" in read(refused)
    assert await audited(pond, receiver) == []
    assert "**Depth**: 3" in read(await panel(pond, "pond"))


async def test_a_text_is_shown_as_typed_and_can_be_emptied(pond: World) -> None:
    message = await panel(pond, "pond")
    assert r"**Greeting**: \*hi\* \@everyone" in read(
        await typed(pond, message, "greeting", "*hi* @everyone")
    )
    assert "**Greeting**: none" in read(await typed(pond, message, "greeting", ""))


class Shore(FeatureSettings):
    feature = "shore"
    title = "Shore"

    keeper_role_id: RoleId = Field(default=None, description="Who keeps the shore")


@pytest.fixture
async def shore(world: World) -> World:
    """A bot with a feature whose settings name a role."""
    app = world.app
    models = [GeneralSettings, MembersSettings, Shore]
    app.client = HeraldClient(with_settings(app.parts, models), ["cogs.settings"])
    await world.env.restart_bot(app.client)
    await world.env.settle()
    return world


CHOOSE_ROLE = "settings:role:shore:keeper_role_id"


async def test_a_role_is_chosen_and_taken_back(shore: World) -> None:
    role = shore.guild.create_role("Keeper")
    message = await panel(shore, "shore")
    assert "Choose a role" in read(await shore.manager.select(message, ["keeper_role_id"]))
    chosen = await shore.manager.select(message, [role], custom_id=CHOOSE_ROLE)
    assert f"**Keeper role**: <@&{role.id}>" in read(chosen)
    await shore.manager.select(message, ["keeper_role_id"])
    assert "**Keeper role**: none" in read(await shore.manager.click(message, label="No role"))


async def test_a_role_that_was_deleted_says_so(shore: World) -> None:
    role = shore.guild.create_role("Keeper")
    message = await panel(shore, "shore")
    await shore.manager.select(message, ["keeper_role_id"])
    await shore.manager.select(message, [role], custom_id=CHOOSE_ROLE)
    shore.env.backend.delete_role(shore.guild.id, role.id)
    await shore.env.settle()
    assert "**Keeper role**: deleted role, choose another" in read(await panel(shore, "shore"))


async def test_nobody_has_the_bot_hand_out_more_than_they_hold(shore: World) -> None:
    guild = shore.app.client.get_guild(shore.guild.id)
    assert guild is not None
    service = shore.guild.create_role("Service", managed=True)
    beyond = shore.guild.create_role("Beyond")
    above = shore.guild.create_role("Above")
    order = ((above.id, 90), (guild.me.top_role.id, 80), (beyond.id, 70))
    shore.env.backend.reorder_roles(
        shore.guild.id, [{"id": role_id, "position": place} for role_id, place in order]
    )
    await shore.env.settle()
    message = await panel(shore, "shore")
    await shore.manager.select(message, ["keeper_role_id"])
    for role, refusal in (
        (above, "stands above my role"),
        (beyond, "does not stand below your own highest role"),
        (service, "cannot be given to people"),
    ):
        refused = await shore.manager.select(message, [role], custom_id=CHOOSE_ROLE)
        assert refusal in read(refused)
    assert "**Keeper role**: none" in read(await panel(shore, "shore"))
