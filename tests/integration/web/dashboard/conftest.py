"""The dashboard on both engines."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.web.dashboard.dashboard_env import DashboardEnv, opened
from tests.support.receiver import Receiver


@pytest.fixture
async def dash(
    emitter: OpenEmitter, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[DashboardEnv]:
    async with opened(await emitter(jitter=0), clock, receiver) as made:
        yield made
