"""A web face on real sockets, with routes of the tests' own."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, Protocol

import pytest
from aiohttp import web

from bot.clock import ManualClock
from bot.config import Config, WebConfig
from bot.errors import UserError
from bot.web.app import build
from bot.web.forms import Forms
from bot.web.guards import address_of, spend
from bot.web.measures import Measures
from bot.web.pages import Pages
from bot.web.parts import WebParts
from bot.web.room import Crowd
from bot.web.server import Listening, Server

PUBLIC = "https://herald.example"


class Sites(Protocol):
    """Opens a site; `settings` are those of [web]."""

    def __call__(
        self, *, crowd: Crowd | None = ..., grace: float = ..., **settings: Any
    ) -> Awaitable["Site"]: ...


class Site:
    """A running server, and what its handlers saw."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.measures = Measures()
        self.missing: set[str] = set()
        self.probed = 0
        self.bodies: list[bytes] = []
        self.on_wait: Callable[[], Awaitable[None]] | None = None
        self.server: Server | None = None
        self.app: web.Application | None = None

    @property
    def port(self) -> int:
        assert self.server is not None
        return self.server.port

    def made(self, config: Config) -> web.Application:
        """The application, as that of a face is made."""

        async def there() -> bool:
            self.probed += 1
            if "broken" in self.missing:
                raise OSError("no route to the database at 10.0.0.7")
            return "database" not in self.missing

        async def always() -> bool:
            return True

        return build(
            WebParts(config, self.clock, Pages(), self.measures),
            probes={"database": there, "deliveries": always},
            forms=Forms([b"k" * 32], self.clock),
            routes=self._routes(),
        )

    def _routes(self) -> list[web.RouteDef]:
        return [
            web.get("/private/{token}", self._page),
            web.post("/private/{token}", self._form),
            web.get("/bug/{token}", self._bug),
            web.post("/bug/{token}", self._bug_of_a_form),
            web.get("/refusal", self._refusal),
            web.get("/limited/{token}", self._limited),
            web.get("/who", self._who),
            web.get("/wait", self._wait),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        return web.Response(text=f"for {request.match_info['token']}")

    async def _form(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        raise web.HTTPSeeOther("/done")

    async def _bug(self, request: web.Request) -> web.Response:
        raise ZeroDivisionError(f"{request.path} {request.query_string} {request.cookies}")

    async def _bug_of_a_form(self, request: web.Request) -> web.Response:
        raise ZeroDivisionError(f"while reading {(await request.post())['message']}")

    async def _refusal(self, _request: web.Request) -> web.Response:
        raise UserError("The bot is not in that server <any more>.")

    async def _limited(self, request: web.Request) -> web.Response:
        spend(request, request.match_info["token"], cost=15)
        return web.Response(text="in time")

    async def _who(self, request: web.Request) -> web.Response:
        return web.Response(text=str(address_of(request)))

    async def _wait(self, _request: web.Request) -> web.Response:
        assert self.on_wait is not None
        await self.on_wait()
        return web.Response(text="waited")


@pytest.fixture
async def sites(clock: ManualClock) -> AsyncGenerator[Sites]:
    """Opens sites on free ports, and closes them at the end."""
    async with AsyncExitStack() as opened:

        async def open_one(
            *, crowd: Crowd | None = None, grace: float = 1.0, **settings: Any
        ) -> Site:
            config = Config(web=WebConfig(port=0, **settings))
            site = Site(clock)
            site.app = site.made(config)
            site.server = Server(
                site.app,
                Listening("127.0.0.1", 0),
                reading=config.web.read_timeout,
                grace=grace,
                crowd=crowd,
            )
            await site.server.bind()
            opened.push_async_callback(site.server.stop)
            await site.server.start()
            return site

        yield open_one


@pytest.fixture
async def site(sites: Sites) -> Site:
    """One with a public address."""
    return await sites(public_url=PUBLIC)
