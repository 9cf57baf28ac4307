"""Kinds of choices on the panel of `/settings`: categories, several roles, one of some words."""

from collections.abc import AsyncGenerator
from typing import Literal

import discord
import pytest
from pydantic import Field

from bot.client import HeraldClient
from bot.clock import ManualClock
from bot.features.members.model import MembersSettings
from bot.features.settings.model import GeneralSettings
from bot.settings import CategoryId, FeatureSettings, LongText, RoleIds
from tests.e2e.settings.settings_panel import panel, read
from tests.support.emitter_setup import config_for
from tests.support.features import with_settings
from tests.support.simulated import World, simulated


class Marsh(FeatureSettings):
    feature = "marsh"
    title = "Marsh"

    category_id: CategoryId = Field(default=None, description="Where reeds grow")
    keeper_role_ids: RoleIds = Field(default=(), description="Who cuts them")
    season: Literal["spring", "summer", "winter"] = Field(default="spring", description="When")
    sign: LongText = Field(default="", max_length=50, description="What the sign says")


class DrainedMarsh(FeatureSettings):
    feature = "marsh"
    title = "Marsh"

    sign: LongText = Field(default="", max_length=50, description="What the sign says")


async def answered_with(world: World, model: type[FeatureSettings]) -> None:
    """Restart the bot with a feature of these settings."""
    app, models = world.app, [GeneralSettings, MembersSettings, model]
    app.client = HeraldClient(with_settings(app.parts, models), ["cogs.settings"])
    await world.env.restart_bot(app.client)
    await world.env.settle()


@pytest.fixture
async def marsh(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[World]:
    async with simulated(config_for(sqlite_url), clock) as world:
        await answered_with(world, Marsh)
        yield world


def chosen(name: str) -> str:
    return f"settings:chosen:marsh:{name}"


async def test_a_category_is_chosen_taken_back_and_said_to_be_gone(marsh: World) -> None:
    reeds = marsh.guild.create_category("Reeds")
    await marsh.env.settle()
    message = await panel(marsh, "marsh")
    await marsh.manager.select(message, ["category_id"])
    told = await marsh.manager.select(message, [reeds], custom_id=chosen("category_id"))
    assert f"**Category**: <#{reeds.id}>" in read(told)
    marsh.env.backend.delete_channel(reeds.id)
    await marsh.env.settle()
    message = await panel(marsh, "marsh")
    assert "**Category**: deleted category, choose another" in read(message)
    await marsh.manager.select(message, ["category_id"])
    told = await marsh.manager.click(message, label="No category")
    assert "**Category**: none" in read(told)


async def test_a_category_in_which_nothing_can_be_made_is_refused(marsh: World) -> None:
    reeds = marsh.guild.create_category("Reeds")
    await marsh.env.settle()
    guild = marsh.app.client.get_guild(marsh.guild.id)
    assert guild is not None
    category = guild.get_channel(reeds.id)
    assert isinstance(category, discord.CategoryChannel)
    await category.set_permissions(guild.me, manage_channels=False)
    await marsh.env.settle()
    message = await panel(marsh, "marsh")
    await marsh.manager.select(message, ["category_id"])
    refused = await marsh.manager.select(message, [reeds], custom_id=chosen("category_id"))
    assert "give my role Manage Channels there, then choose it again" in read(refused)
    assert "**Category**: none" in read(await panel(marsh, "marsh"))


async def test_several_roles_are_chosen_and_those_that_are_gone_are_counted(marsh: World) -> None:
    roles = [marsh.guild.create_role(f"Keeper {number}") for number in range(8)]
    await marsh.env.settle()
    message = await panel(marsh, "marsh")
    await marsh.manager.select(message, ["keeper_role_ids"])
    known_by = chosen("keeper_role_ids")
    told = read(await marsh.manager.select(message, roles, custom_id=known_by))
    assert "**Keeper roles**: " in told
    assert f"<@&{roles[0].id}>" in told
    assert "2 more" in told
    marsh.env.backend.delete_role(marsh.guild.id, roles[7].id)
    await marsh.env.settle()
    assert "1 more, 1 deleted role" in read(await panel(marsh, "marsh"))
    message = await panel(marsh, "marsh")
    await marsh.manager.select(message, ["keeper_role_ids"])
    everybody = [marsh.guild.default_role]
    refused = await marsh.manager.select(message, everybody, custom_id=known_by)
    assert "Everybody has that role. Choose another." in read(refused)
    message = await panel(marsh, "marsh")
    await marsh.manager.select(message, ["keeper_role_ids"])
    told = await marsh.manager.click(message, label="No role")
    assert "**Keeper roles**: none" in read(told)


async def test_one_of_some_words_is_chosen_and_nothing_else(marsh: World) -> None:
    message = await panel(marsh, "marsh")
    await marsh.manager.select(message, ["season"])
    told = await marsh.manager.select(message, ["winter"], custom_id=chosen("season"))
    assert "**Season**: winter" in read(told)


async def test_a_text_of_several_lines_is_kept(marsh: World) -> None:
    message = await panel(marsh, "marsh")
    asked = await marsh.manager.select(message, ["sign"])
    told = read(await marsh.manager.submit_modal(asked, {"value": "Keep\nout"}))
    assert "**Sign**: Keep\nout" in told


async def test_an_old_panel_of_a_setting_that_there_is_no_more_says_so(marsh: World) -> None:
    message = await panel(marsh, "marsh")
    await marsh.manager.select(message, ["category_id"])
    await answered_with(marsh, DrainedMarsh)
    told = await marsh.manager.click(message, label="No category")
    assert "There is no setting “category_id”." in read(told)
    told = await marsh.manager.select(message, ["season"], custom_id="settings:pick:marsh")
    assert "There is no setting “season”." in read(told)
