"""The env on both engines."""

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.trades.trades_env import TradesEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> TradesEnv:
    return await TradesEnv.open(await emitter(start=False), clock)
