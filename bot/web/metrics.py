"""Metrics, `/metrics`: for whoever knows the token, reaches its own port, or is on this machine."""

import asyncio
import hmac
from datetime import datetime, timedelta

from aiohttp import web
from prometheus_client.exposition import choose_encoder

from bot.clock import Clock
from bot.fleet.fleet import Fleet
from bot.logs import get_logger
from bot.outbox.backlog import read_backlog
from bot.storage.database import Database
from bot.web.addresses import came_directly
from bot.web.gauges import Gauges, Stored
from bot.web.guards import is_here, peer_of

FRESH = timedelta(seconds=15)
PATIENCE = 5.0

_log = get_logger("herald.web")


class KeptRows:
    """Rows for scrapes: counting a backlog reads indexes, so it is done at most once in 15 s."""

    def __init__(self, database: Database, clock: Clock, *, fleet: Fleet) -> None:
        self._database = database
        self._clock = clock
        self._fleet = fleet
        self._turn = asyncio.Lock()
        self._read_at: datetime | None = None
        self._kept: Stored | None = None

    async def read(self) -> Stored | None:
        """The last one where it is young; None where the database did not answer."""
        async with self._turn:
            now = self._clock.now()
            if self._read_at is None or not timedelta() <= now - self._read_at < FRESH:
                self._kept = await self._look(now)
                self._read_at = now
            return self._kept

    async def _look(self, now: datetime) -> Stored | None:
        try:
            async with asyncio.timeout(PATIENCE), self._database.reading() as reading:
                return Stored(await read_backlog(reading, now), await self._fleet.processes())
        except Exception as error:  # noqa: BLE001  a scrape tells the rest, and that this is missing
            _log.warning("metrics.backlog_unread", error=repr(error))
            return None


class Metrics:
    """`token` opens them from anywhere. Without one, loopback peers that came through no proxy may
    look, unless they have a port of their own: there, reaching it is enough.
    """

    def __init__(
        self, gauges: Gauges, stored: KeptRows, *, token: str | None, own_port: bool
    ) -> None:
        self._gauges = gauges
        self._registry = gauges.registry()
        self._stored = stored
        self._token = token
        self._own_port = own_port

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/metrics", self._scraped)]

    async def _scraped(self, request: web.Request) -> web.Response:
        self._check(request)
        self._gauges.stored = await self._stored.read()
        encode, content_type = choose_encoder(request.headers.get("Accept", ""))
        return web.Response(body=encode(self._registry), headers={"Content-Type": content_type})

    def _check(self, request: web.Request) -> None:
        if self._token is not None:
            if not _knows(request, self._token):
                raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
        elif not self._own_port and not _is_local(request):
            raise web.HTTPForbidden


def _knows(request: web.Request, token: str) -> bool:
    """Compared in a time that tells nothing of how much of it was right."""
    scheme, _separator, given = request.headers.get("Authorization", "").partition(" ")
    said = given.strip().encode("utf-8", "surrogateescape")
    return scheme.lower() == "bearer" and hmac.compare_digest(said, token.encode())


def _is_local(request: web.Request) -> bool:
    """A proxy on this machine asks from loopback too; a page that was rebound to us names its own
    host.
    """
    here = peer_of(request).is_loopback and is_here(request.headers.get("Host", ""))
    return here and came_directly(request.headers)
