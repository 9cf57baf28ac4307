"""The env on both engines."""

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.incidents.incidents_env import IncidentsEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> IncidentsEnv:
    return await IncidentsEnv.open(await emitter(start=False), clock)
