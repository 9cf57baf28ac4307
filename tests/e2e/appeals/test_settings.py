"""`/settings appeals`: nothing is switched on that could not work."""

from collections.abc import AsyncGenerator

import pytest
from simcord.results import InteractionResult, ResponseMessage

from bot.clock import ManualClock
from bot.config import WebConfig
from bot.features.appeals.answers import QUESTION_LIMIT, QUESTIONS
from bot.features.appeals.settings import AppealsSettings
from bot.features.settings import SETTINGS
from tests.support.emitter_setup import config_for
from tests.support.simulated import World, shown, simulated

CHOOSE = "settings:channel:appeals:channel_id"
NEEDS_CHANNEL = "Choose a channel for the staff's cards first"


@pytest.fixture
async def reachable(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[World]:
    web = WebConfig(port=0, public_url="https://herald.example")
    config = config_for(sqlite_url).model_copy(update={"web": web})
    async with simulated(config, clock) as world:
        yield world


@pytest.fixture
async def hidden(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[World]:
    config = config_for(sqlite_url).model_copy(update={"web": WebConfig(port=0)})
    async with simulated(config, clock) as world:
        yield world


async def panel(world: World) -> ResponseMessage:
    result = await world.manager.slash(world.channel, "settings", feature="appeals")
    assert result.response is not None
    return result.response


def read(result: InteractionResult) -> str:
    message = result.followups[-1] if result.followups else result.response
    assert message is not None
    return f"{message.content}\n{shown(message.components)}"


async def chosen(world: World) -> AppealsSettings:
    return await world.app.parts[SETTINGS].service.get(world.guild.id, AppealsSettings)


async def test_the_panel_is_drawn_from_the_model(reachable: World) -> None:
    text = shown((await panel(reachable)).components)
    assert "## Settings: Appeals" in text
    assert "**Enabled**: off" in text
    assert "**Channel**: none" in text
    assert "**Wait days**: 30" in text
    assert "**Attempts**: 3" in text


async def test_a_channel_is_needed_first(reachable: World) -> None:
    message = await panel(reachable)
    refused = await reachable.manager.select(message, ["enabled=on"])
    assert NEEDS_CHANNEL in read(refused)
    assert not (await chosen(reachable)).enabled
    await reachable.manager.select(message, ["channel_id"])
    await reachable.manager.select(message, [reachable.channel], custom_id=CHOOSE)
    assert "**Enabled**: on" in read(await reachable.manager.select(message, ["enabled=on"]))
    await reachable.manager.select(message, ["channel_id"])
    refused = await reachable.manager.click(message, label="No channel")
    assert "Switch appeals off before you take their channel away" in read(refused)
    assert (await chosen(reachable)).channel_id == reachable.channel.id


async def test_an_address_is_needed_too_and_whoever_runs_the_bot_is_named(hidden: World) -> None:
    message = await panel(hidden)
    await hidden.manager.select(message, ["channel_id"])
    await hidden.manager.select(message, [hidden.channel], custom_id=CHOOSE)
    refused = read(await hidden.manager.select(message, ["enabled=on"]))
    assert "`web.public_url`" in refused
    assert "whoever runs this bot" in refused
    assert not (await chosen(hidden)).enabled


async def test_numbers_have_bounds(reachable: World) -> None:
    message = await panel(reachable)
    asked = await reachable.manager.select(message, ["attempts"])
    refused = await reachable.manager.submit_modal(asked, {"value": "0"})
    assert "does not fit Attempts" in read(refused)
    asked = await reachable.manager.select(message, ["attempts"])
    assert "**Attempts**: 5" in read(await reachable.manager.submit_modal(asked, {"value": "5"}))


async def test_own_questions_are_typed_shown_as_typed_and_emptied(reachable: World) -> None:
    message = await panel(reachable)
    longest = "*" * QUESTION_LIMIT
    text = ""
    for number in range(1, QUESTIONS + 1):
        asked = await reachable.manager.select(message, [f"question_{number}"])
        text = read(await reachable.manager.submit_modal(asked, {"value": longest}))
    assert all(f"**Question {number}**: \\*\\*" in text for number in range(1, QUESTIONS + 1))
    assert (await chosen(reachable)).questions == (longest,) * QUESTIONS
    asked = await reachable.manager.select(message, ["question_1"])
    refused = await reachable.manager.submit_modal(asked, {"value": f"{longest}*"})
    assert "does not fit Question 1" in read(refused)
    asked = await reachable.manager.select(message, ["question_1"])
    changed = await reachable.manager.submit_modal(asked, {"value": " "})
    assert "**Question 1**: none" in read(changed)
    assert len((await chosen(reachable)).questions) == QUESTIONS - 1
