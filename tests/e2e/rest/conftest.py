"""The small Discord, of which only requests are used, and what logs in there."""

from collections.abc import AsyncGenerator

import pytest
from discord.http import Route

from bot.client.rest_guilds import RestGuilds
from bot.clock import ManualClock
from bot.config import Config
from tests.e2e.rest.rest_env import ShownServer, beside, opened


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[ShownServer]:
    monkeypatch.setattr(Route, "BASE", Route.BASE)  # discord.py has one for the whole process
    async with ShownServer() as server:
        yield server
        assert not server.gateway.identified


@pytest.fixture
async def guilds(server: ShownServer, clock: ManualClock) -> AsyncGenerator[RestGuilds]:
    async with opened(beside(Config(), server), clock) as guilds:
        yield guilds
