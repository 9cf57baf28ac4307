"""The env on both engines."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.levels.levels_env import LevelsEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[LevelsEnv]:
    opened = await LevelsEnv.open(await emitter(start=False), clock)
    yield opened
    await opened.close()
