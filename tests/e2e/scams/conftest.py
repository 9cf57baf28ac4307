"""The scene of these tests."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.e2e.scams.scene import ScamScene, scam_scene
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver


@pytest.fixture
async def scams(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[ScamScene]:
    async with scam_scene(config_for(sqlite_url), clock, receiver) as made:
        yield made
