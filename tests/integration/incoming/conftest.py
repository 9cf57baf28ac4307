"""The env on both engines."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.incoming.incoming_env import IncomingEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[IncomingEnv]:
    opened = await IncomingEnv.open(await emitter(start=False), clock)
    yield opened
    await opened.close()
