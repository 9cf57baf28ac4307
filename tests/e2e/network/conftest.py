"""A running bot in four servers."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.e2e.network.scene import NetworkScene, network_scene
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver


@pytest.fixture
async def scene(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[NetworkScene]:
    async with network_scene(config_for(sqlite_url), clock, receiver) as made:
        yield made
