"""The env on both engines."""

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.duels.duels_env import PEOPLE, DuelsEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> DuelsEnv:
    """With a hundred coins in each of three purses."""
    made = await DuelsEnv.open(await emitter(start=False), clock)
    await made.prefer(cooldown_seconds=0)
    for one in PEOPLE:
        await made.grant(one, 100)
    return made
