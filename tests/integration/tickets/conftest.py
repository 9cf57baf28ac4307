"""The env on both engines."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.tickets.pen import Pen
from tests.integration.tickets.tickets_env import TicketsEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[TicketsEnv]:
    opened = await TicketsEnv.open(await emitter(start=False), clock)
    yield opened
    await opened.close()


@pytest.fixture
def pen(env: TicketsEnv) -> Pen:
    return Pen(env)
