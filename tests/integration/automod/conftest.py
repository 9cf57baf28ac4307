"""The env on both engines."""

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.automod.automod_env import AutomodEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> AutomodEnv:
    return await AutomodEnv.open(await emitter(start=False), clock)
