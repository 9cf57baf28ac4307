"""The env on both engines."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.raids.raids_env import RaidsEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[RaidsEnv]:
    made = await RaidsEnv.open(await emitter(start=False), clock)
    yield made
    await made.raids.sessions.stop()
