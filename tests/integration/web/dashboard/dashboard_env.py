"""The dashboard on a real socket, with real webhooks behind it and somebody who manages them."""

import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from yarl import URL

from bot.acts import Actor
from bot.clock import ManualClock
from bot.config import Config, WebConfig
from bot.delivery.emitter import Emitter
from bot.feature import Parts
from bot.features.dashboard import DASHBOARD
from bot.features.endpoints import ENDPOINTS
from bot.outbox.endpoints import Endpoint
from bot.web.app import build
from bot.web.dashboard import routes
from bot.web.forms import PURPOSE as FORMS
from bot.web.forms import Forms
from bot.web.measures import Measures
from bot.web.pages import Pages
from bot.web.parts import WebParts
from bot.web.server import Listening, Server
from bot.web.streams import STREAMS, Streams
from tests.integration.web.portal.portal_env import Answer, Visitor
from tests.support.emitter_setup import GUILD, add_endpoint, joined
from tests.support.fake_acts import FakeActs
from tests.support.features import features_on
from tests.support.receiver import Receiver

ORIGIN = "http://127.0.0.1:8080"
MANAGER = 77
ADMIN = Actor(GUILD, MANAGER, "harbour_keeper")
MANAGES = frozenset({"manage_guild"})


@dataclass
class DashboardEnv:
    """Opens links, presses buttons; `base` is where the server is."""

    emitter: Emitter
    clock: ManualClock
    parts: Parts
    discord: FakeActs
    receiver: Receiver
    base: URL
    server: Server
    streams: Streams
    visitors: list[Visitor] = field(default_factory=list[Visitor])

    @property
    def webhooks(self) -> Any:
        return self.parts[ENDPOINTS]

    def visitor(self) -> Visitor:
        """Another browser."""
        self.visitors.append(Visitor(self.base))
        return self.visitors[-1]

    async def link(self, actor: Actor = ADMIN) -> str:
        """The path of a new link."""
        url = await self.parts[DASHBOARD].service.issue(actor)
        assert url.startswith(f"{ORIGIN}/dashboard/open/")
        return url.removeprefix(ORIGIN)

    async def signed_in(self, actor: Actor = ADMIN) -> Visitor:
        """A browser that has opened a link."""
        visitor, path = self.visitor(), await self.link(actor)
        opened = await visitor.post(path, await visitor.fill(path))
        assert (opened.status, opened.headers["Location"]) == (303, "/dashboard")
        return visitor

    async def endpoint(self, name: str = "backend", **about: Any) -> Endpoint:
        """One at the receiver."""
        url = self.receiver.url()
        made, secret = await add_endpoint(self.emitter, url, name=name, **about)
        self.receiver.secret = secret
        return made

    async def happens(self, count: int = 1) -> None:
        """So many join, and are told of as far as that goes now."""
        for user_id in range(count):
            await self.emitter.outbox.record(joined(self.clock, user_id + 7))
        await self.emitter.worker.idle()

    async def press(self, visitor: Visitor, path: str, do: str, **fields: Any) -> Answer:
        """Press a button, and see the page that follows."""
        self.clock.advance(10)  # nobody presses faster for long
        form = (await visitor.fill(path))["form"]
        sent = await visitor.post(path, {"form": form, "do": do, **fields})
        assert (sent.status, sent.headers["Location"]) == (303, f"{path}#said"), sent.text
        return await visitor.get(path)

    async def rows(self, table: str) -> list[Mapping[str, Any]]:
        async with self.emitter.database.reading() as reading:
            found = await reading.execute(text(f"SELECT * FROM {table} ORDER BY id"))
            return [dict(row) for row in found.mappings()]

    async def entries(self) -> list[tuple[str, str, int]]:
        """What the audit log has: type, source, whose."""
        found = await self.rows("audit_entry")
        return [(one["event_type"], one["source"], one["actor_id"]) for one in found]


def said(answer: Answer) -> str:
    """What the page says of the last action."""
    found = re.search(r'id="said".*?<p>(.*?)</p>', answer.text, re.DOTALL)
    return "" if found is None else found[1].replace("&#34;", '"')


@asynccontextmanager
async def opened(
    emitter: Emitter, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[DashboardEnv]:
    """Everything joined as the composition root does, and served."""
    discord = FakeActs()
    discord.clock = clock
    discord.enter(MANAGER, "harbour_keeper", permissions=MANAGES)
    parts = features_on(emitter, clock, acts=discord, public_url=ORIGIN)
    forms = Forms(parts.core.keys(FORMS), clock, public_url=ORIGIN)
    config = Config(web=WebConfig(port=0, public_url=ORIGIN))
    web = WebParts(config, clock, Pages(), Measures())
    app = build(web, probes={}, forms=forms, routes=routes(parts))
    server = Server(app, Listening("127.0.0.1", 0), reading=10, grace=10)
    await server.bind()
    await server.start()
    base = URL(f"http://127.0.0.1:{server.port}")
    made = DashboardEnv(
        emitter, clock, parts, discord, receiver, base, server, streams=app[STREAMS]
    )
    try:
        yield made
    finally:
        for visitor in made.visitors:
            await visitor.close()
        await server.stop()
