"""The door on a real socket, with everything behind it."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.config import Config, WebConfig
from bot.features.incoming.signature import signed
from bot.web.app import build
from bot.web.forms import Forms
from bot.web.incoming import routes
from bot.web.measures import Measures
from bot.web.pages import Pages
from bot.web.parts import WebParts
from bot.web.server import Listening, Server
from tests.integration.incoming.incoming_env import IncomingEnv
from tests.support.raw_http import Answer, ask


@dataclass(slots=True)
class Door:
    """Where it listens, and what it counted."""

    env: IncomingEnv
    port: int
    measures: Measures = field(default_factory=Measures)

    @property
    def url(self) -> str:
        """The address of the env's own webhook."""
        return f"http://127.0.0.1:{self.port}/in/{self.env.webhook.uuid}"

    async def push(
        self,
        body: bytes | Mapping[str, Any],
        *,
        webhook: str | None = None,
        method: str = "POST",
        **headers: str | None,
    ) -> Answer:
        """One request, signed unless a signature is given; None leaves a header out."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        named: dict[str, str | None] = {
            "Content-Type": "application/json",
            "X-Signature": signed(self.env.secret, sent),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        given = {name: value for name, value in named.items() if value is not None}
        path = f"/in/{webhook or self.env.webhook.uuid}"
        return await ask(self.port, path, method=method, body=sent, headers=given)


@asynccontextmanager
async def served(env: IncomingEnv) -> AsyncGenerator[Door]:
    """The real application of the web face with the feature's routes, on a free port."""
    config, measures = Config(web=WebConfig(port=0)), Measures()
    app = build(
        WebParts(config, env.clock, Pages(), measures),
        probes={},
        forms=Forms([b"k" * 32], env.clock),
        routes=routes(env.process.parts),
    )
    server = Server(app, Listening("127.0.0.1", 0), reading=5.0, grace=1.0)
    await server.bind()
    await server.start()
    try:
        yield Door(env, server.port, measures)
    finally:
        await server.stop()
