"""The env on both engines, with appeals switched on."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.appeals.appeals_env import AppealsEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[AppealsEnv]:
    opened = await AppealsEnv.open(await emitter(start=False), clock)
    await opened.switch_on()
    yield opened
    await opened.close()
