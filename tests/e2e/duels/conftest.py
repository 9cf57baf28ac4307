"""The scene of these tests."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.e2e.duels.scene import DuelScene, duel_scene
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver


@pytest.fixture
async def duels(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[DuelScene]:
    async with duel_scene(config_for(sqlite_url), clock, receiver) as made:
        yield made
