"""The scene of these tests."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest

from bot.clock import ManualClock
from tests.e2e.scams.scene import ScamScene, scam_scene
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver


@pytest.fixture
def clock() -> ManualClock:
    """At the simulation's beginning: what is written there is as old as it says."""
    return ManualClock(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
async def scams(
    sqlite_url: str, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[ScamScene]:
    async with scam_scene(config_for(sqlite_url), clock, receiver) as made:
        yield made
