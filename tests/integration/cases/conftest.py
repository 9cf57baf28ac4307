"""The bench on both engines."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.cases.cases_env import Bench


@pytest.fixture
async def bench(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[Bench]:
    opened = await Bench.open(await emitter(start=False), clock)
    yield opened
    await opened.close()
