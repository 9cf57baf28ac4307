"""What Discord's platform asks of a bot, wherever it is asked: its limits, its repetitions."""

import re
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from bot.clock import ManualClock
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver
from tests.support.simulated import World, simulated

CUSTOM_ID_LIMIT = 100  # characters


@pytest.fixture
async def world(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[World]:
    async with simulated(config_for(sqlite_url), clock) as world:
        yield world


def longest(pattern: re.Pattern[str]) -> int:
    """How many characters the longest text that fits can have."""
    parser: Any = vars(re)["_parser"]  # nothing public tells
    return parser.parse(pattern.pattern).getwidth()[1]


async def test_no_control_can_need_a_longer_custom_id_than_discord_takes(world: World) -> None:
    store = world.app.client._connection._view_store  # pyright: ignore[reportPrivateUsage] - where discord.py keeps them
    patterns = list(store._dynamic_items)  # pyright: ignore[reportPrivateUsage] - where discord.py keeps them
    assert len(patterns) > 20
    assert {one.pattern: longest(one) for one in patterns if longest(one) > CUSTOM_ID_LIMIT} == {}


async def test_ready_may_come_several_times(world: World, receiver: Receiver) -> None:
    await world.subscribe(receiver)
    before = len(world.env.backend.http_requests)
    for _ in range(3):
        world.app.client.dispatch("ready")
        await world.env.settle()
    world.guild.add_member(world.env.create_user("newcomer"))
    assert [kind for kind, _ in await world.told(receiver)] == ["member.joined"]
    commands = [
        one for one in world.env.backend.http_requests[before:] if one.path.endswith("/commands")
    ]
    assert commands == []
