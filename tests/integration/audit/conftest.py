"""The env on both engines."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.audit.audit_env import AuditEnv
from tests.integration.cases.cases_env import die


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[AuditEnv]:
    made = await AuditEnv.open(await emitter(start=False), clock)
    yield made
    await die(made.process.members)
