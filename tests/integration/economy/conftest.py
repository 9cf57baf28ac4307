"""The env on both engines."""

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.economy.economy_env import EconomyEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> EconomyEnv:
    return await EconomyEnv.open(await emitter(start=False), clock)
