"""The env on both engines."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.members.members_env import MembersEnv
from tests.support.emitter_setup import add_endpoint
from tests.support.receiver import Receiver


@pytest.fixture
async def harbour_bench(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> AsyncGenerator[MembersEnv]:
    opened = await emitter()
    await add_endpoint(opened, receiver.url(), secret=receiver.secret, patterns=("member.*",))
    env = MembersEnv(opened, receiver, clock=clock)
    yield env
    await env.members.stop()
