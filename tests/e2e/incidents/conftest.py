"""A running bot with a protection that does no more than it has to."""

from collections.abc import AsyncGenerator

import pytest

import cogs
from bot.clock import ManualClock
from tests.e2e.incidents.scene import FOLDER, IncidentScene, incident_scene
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver


@pytest.fixture
async def scene(
    sqlite_url: str, clock: ManualClock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[IncidentScene]:
    monkeypatch.setattr(cogs, "__path__", [*cogs.__path__, str(FOLDER)])
    async with incident_scene(config_for(sqlite_url), clock, receiver) as made:
        yield made
