"""The env on both engines."""

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.scams.scams_env import ScamsEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> ScamsEnv:
    return await ScamsEnv.open(await emitter(start=False), clock)
