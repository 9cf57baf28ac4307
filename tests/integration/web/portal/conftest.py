"""The portal on both engines, and somebody who visits it."""

from collections.abc import AsyncGenerator

import pytest

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.integration.cases.cases_env import CasesEnv
from tests.integration.web.portal.portal_env import PortalEnv, Visitor, opened


@pytest.fixture
async def cases(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[CasesEnv]:
    opened = await CasesEnv.open(await emitter(start=False), clock)
    yield opened
    await opened.close()


@pytest.fixture
async def portal(cases: CasesEnv) -> AsyncGenerator[PortalEnv]:
    async with opened(cases) as made:
        yield made


@pytest.fixture
async def visitor(portal: PortalEnv) -> Visitor:
    return portal.visitor()
