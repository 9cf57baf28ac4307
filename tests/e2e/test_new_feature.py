"""A feature made by the recipe is one line in the list: all else finds it by itself."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

import cogs
from bot.app import COGS
from bot.client.client import intents_of
from bot.clock import ManualClock
from bot.commands.check_discord import lacks
from bot.commands.check_local import GuildChoices
from bot.config import Config
from bot.storage.database import Database
from bot.storage.sweep import EVERY
from bot.wiring import FEATURES
from tests.support.emitter_setup import config_for
from tests.support.kudos import store
from tests.support.kudos.feature import KUDOS
from tests.support.kudos.settings import KudosSettings
from tests.support.receiver import Receiver
from tests.support.simulated import World, shown, simulated

WITH_KUDOS = (*FEATURES, KUDOS)
FOLDER = Path(store.__file__).parent / "cogs"
MONTH = 30 * 86_400.0
DEADLINE = 10.0


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[str]:
    """The URL of a database that has the feature's table, as its migration would make it."""
    opened = Database(database_url)
    await opened.open()
    async with opened.transaction() as tx:
        await store.create(tx)
    await opened.close()
    yield database_url
    await opened.open()
    async with opened.transaction() as tx:
        await store.drop(tx)
    await opened.close()


@pytest.fixture
async def world(
    database: str, clock: ManualClock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[World]:
    # As if its folder stood among the others.
    monkeypatch.setattr(cogs, "__path__", [*cogs.__path__, str(FOLDER)])
    async with simulated(config_for(database), clock, features=WITH_KUDOS) as world:
        await world.subscribe(receiver, ["xp.*"])
        yield world


async def thank(world: World) -> str:
    result = await world.manager.slash(world.channel, "kudos", user=world.member)
    assert result.response is not None
    return f"{result.response.content}{shown(result.response.components)}"


async def counted(world: World) -> int:
    async with world.app.emitter.database.reading() as reading:
        return await store.count(reading, world.guild.id, world.member.id)


async def test_its_command_reaches_the_receiver_as_an_event(
    world: World, receiver: Receiver
) -> None:
    assert "was thanked: 1 in all" in await thank(world)
    assert "was thanked: 2 in all" in await thank(world)

    told = await world.told(receiver)
    assert [(kind, data["new_level"]) for kind, data in told] == [
        ("xp.level_up", 1),
        ("xp.level_up", 2),
    ]
    assert {data["user_id"] for _kind, data in told} == {str(world.member.id)}


async def test_its_sweep_goes_on_by_itself(world: World) -> None:
    await thank(world)
    assert await counted(world) == 1
    world.clock.advance(MONTH + EVERY)
    async with asyncio.timeout(DEADLINE):
        while await counted(world):
            pass


async def test_its_settings_are_shown_and_hold(world: World) -> None:
    panel = await world.manager.slash(world.channel, "settings", feature="kudos")
    assert panel.response is not None
    text = shown(panel.response.components)
    assert "## Settings: Kudos" in text
    assert "**Lasts days**: 30\n-# Days that a thank-you counts" in text

    await world.manager.select(panel.response, ["enabled=off"])
    assert "Kudos are switched off in this server." in await thank(world)
    assert world.errors() == []  # a refusal is an answer


async def test_its_intents_reach_the_gateway(world: World) -> None:
    assert world.app.client.intents.reactions
    assert not intents_of(Config(), FEATURES).reactions


def test_its_permissions_are_asked_for() -> None:
    guild = {"id": "1", "permissions": "0"}
    nothing = GuildChoices()
    without, whole = lacks(guild, nothing), lacks(guild, nothing, WITH_KUDOS)
    assert {*whole} - {*without} == {"Add Reactions"}
    off = GuildChoices([(1, KudosSettings(enabled=False))])
    assert "Add Reactions" not in lacks(guild, off, WITH_KUDOS)


def test_no_other_bot_has_it() -> None:
    assert "cogs.kudos" not in COGS
