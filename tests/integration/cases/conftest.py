"""The env on both engines."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.cases.cases_env import CasesEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[CasesEnv]:
    opened = await CasesEnv.open(await emitter(start=False), clock)
    yield opened
    await opened.close()
