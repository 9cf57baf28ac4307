"""The bench on both engines, with appeals switched on."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.appeals.appeals_env import AppealsBench


@pytest.fixture
async def bench(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[AppealsBench]:
    opened = await AppealsBench.open(await emitter(start=False), clock)
    await opened.switch_on()
    yield opened
    await opened.close()
