"""The env on both engines."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.giveaways.giveaways_env import GiveawaysEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[GiveawaysEnv]:
    opened = await GiveawaysEnv.open(await emitter(start=False), clock)
    yield opened
    await opened.close()
