"""The env on both engines."""

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.sync.sync_env import SyncEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> SyncEnv:
    return await SyncEnv.open(await emitter(start=False), clock)
