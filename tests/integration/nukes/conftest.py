"""The env on both engines."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.nukes.nukes_env import NukesEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[NukesEnv]:
    made = await NukesEnv.open(await emitter(start=False), clock)
    yield made
    await made.nukes.detection.stop()
