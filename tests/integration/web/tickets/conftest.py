"""Transcripts on a real socket, with real tickets behind them, and somebody who visits."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from yarl import URL

from bot.clock import ManualClock
from bot.config import Config, WebConfig
from bot.features.tickets import TICKETS
from bot.features.tickets.model import Ticket
from bot.features.tickets.transcripts import PURPOSE, Transcripts
from bot.private_links import PrivateLinks
from bot.web.app import build
from bot.web.forms import PURPOSE as FORMS
from bot.web.forms import Forms
from bot.web.measures import Measures
from bot.web.pages import Pages
from bot.web.parts import WebParts
from bot.web.server import Listening, Server
from bot.web.tickets import routes
from tests.conftest import OpenEmitter
from tests.integration.tickets.pen import Pen
from tests.integration.tickets.tickets_env import TicketsEnv
from tests.integration.web.portal.portal_env import ORIGIN, Visitor
from tests.support.features import features_on


@dataclass
class TranscriptSite:
    """A web face with the pages of tickets."""

    tickets: TicketsEnv
    transcripts: Transcripts
    links: PrivateLinks
    base: URL
    visitors: list[Visitor] = field(default_factory=list[Visitor])

    def visitor(self) -> Visitor:
        """Another browser."""
        self.visitors.append(Visitor(self.base))
        return self.visitors[-1]

    async def path(self, ticket: Ticket) -> str:
        """That of the link in the letter."""
        url = self.transcripts.link(await self.tickets.ticket(ticket))
        assert url is not None
        return f"/tickets/{url.rpartition('/tickets/')[2]}"


@asynccontextmanager
async def opened(env: TicketsEnv) -> AsyncGenerator[TranscriptSite]:
    """Everything joined as the composition root does, and served."""
    parts = features_on(env.emitter, env.clock, acts=env.discord, public_url=ORIGIN)
    keys = parts.core.keys(PURPOSE)
    links = PrivateLinks(keys, ORIGIN, purpose=PURPOSE, path="tickets")
    config = Config(web=WebConfig(port=0, public_url=ORIGIN))
    forms = Forms(parts.core.keys(FORMS), env.clock, public_url=ORIGIN)
    web = WebParts(config, env.clock, Pages(urlsplit(ORIGIN).path), Measures())
    app = build(web, probes={}, forms=forms, routes=routes(parts))
    server = Server(app, Listening("127.0.0.1", 0), reading=10, grace=1)
    await server.bind()
    await server.start()
    base = URL(f"http://127.0.0.1:{server.port}")
    site = TranscriptSite(env, parts[TICKETS].service.transcripts, links, base)
    try:
        yield site
    finally:
        for visitor in site.visitors:
            await visitor.close()
        await server.stop()


@pytest.fixture
async def env(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[TicketsEnv]:
    made = await TicketsEnv.open(await emitter(start=False), clock)
    yield made
    await made.close()


@pytest.fixture
def pen(env: TicketsEnv) -> Pen:
    return Pen(env)


@pytest.fixture
async def site(env: TicketsEnv) -> AsyncGenerator[TranscriptSite]:
    async with opened(env) as made:
        yield made


@pytest.fixture
async def visitor(site: TranscriptSite) -> Visitor:
    return site.visitor()
