"""The env on both engines, with the casino open."""

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.casino.casino_env import CasinoEnv


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> CasinoEnv:
    env = await CasinoEnv.open(await emitter(start=False), clock)
    await env.open_casino()
    return env
