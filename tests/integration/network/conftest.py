"""The env on both engines."""

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.network.network_env import NetworkEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> NetworkEnv:
    return await NetworkEnv.open(await emitter(start=False), clock)
