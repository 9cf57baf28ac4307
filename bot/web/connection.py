"""Connection: refused where there are too many, answered in words where it speaks no HTTP."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from traceback import format_tb
from typing import cast

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMethod, LineTooLong

from bot.logs import get_logger
from bot.web.addresses import Proxies, household, parse
from bot.web.errors import OUR_FAULT, told, with_status
from bot.web.headers import SAFE, harden
from bot.web.measures import NO_ROUTE
from bot.web.parts import PARTS, PROXIES

LINE_LIMIT = 8190
FIELD_LIMIT = 8190
MOST_FIELDS = 64
LINGER = 2.0  # seconds to take in what is not wanted, so that the answer is read
BUSY = (
    "HTTP/1.1 503 Service Unavailable\r\n"
    + "".join(f"{name}: {value}\r\n" for name, value in SAFE.items())
    + "Cache-Control: no-store\r\nRetry-After: 10\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
).encode()

_log = get_logger("herald.web")


@dataclass(frozen=True, slots=True)
class Crowd:
    """Crowd of connections: how many there may be, as deliveries need files as well."""

    in_all: int = 256
    of_one: int = 64  # home, see `home_of`

    def has_room(self, home: str | None, others: Sequence[str | None]) -> bool:
        """Whether one more from that home may come, given those that are there."""
        same = 0 if home is None else others.count(home)
        return len(others) < self.in_all and same < self.of_one


def home_of(peername: object, proxies: Proxies) -> str | None:
    """Who has one part of all connections; None where many people come from one address."""
    address = parse(str(cast("tuple[object, ...]", peername)[0])) if peername else None
    if address is None or address.is_loopback or proxies.trusts(address):
        return None
    return household(address)


class ConnectionFactory:
    """Factory of the connections of one listening socket."""

    def __init__(
        self, app: web.Application, server: web.Server, *, crowd: Crowd, read_timeout: float
    ) -> None:
        self.app = app
        self._server = server
        self._crowd = crowd
        self._read_timeout = read_timeout

    def connect(self) -> "LimitedConnection":
        """A connection of aiohttp's; its timer for idleness is the deadline of a head too."""
        return LimitedConnection(
            self,
            self._server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=self._read_timeout,
            lingering_time=LINGER,
            access_log=None,
            max_line_size=LINE_LIMIT,
            max_field_size=FIELD_LIMIT,
            max_headers=MOST_FIELDS,
            auto_decompress=False,  # what is packed is refused, and not worth unpacking
        )

    def is_open_to(self, peername: object) -> bool:
        """Whether one more connection from there is not too many."""
        proxies = self.app[PROXIES]
        others = [home_of(one.peername, proxies) for one in self._server.connections]
        return self._crowd.has_room(home_of(peername, proxies), others)


class LimitedConnection(web.RequestHandler):
    """aiohttp's, but for who may come and what is said of a request that cannot be parsed."""

    def __init__(self, door: ConnectionFactory, server: web.Server, **settings: object) -> None:
        start = cast("Callable[..., None]", super().__init__)
        start(server, **settings)
        self._door = door

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._door.is_open_to(transport.get_extra_info("peername")):
            super().connection_made(transport)
            return
        refused = cast("asyncio.Transport", transport)
        refused.write(BUSY)
        refused.close()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what never reached the application; aiohttp's own words quote the request."""
        parts = self._door.app[PARTS]
        headers: dict[str, str] = {}
        if isinstance(exc, LineTooLong):
            status = 431
        elif isinstance(exc, BadHttpMethod):
            status, headers = 405, {"Allow": "GET,POST"}
        error_id = secrets.token_hex(4) if status >= OUR_FAULT else ""
        if error_id:
            # Where it happened, and not its text: that may quote the request.
            where = "".join(format_tb(exc.__traceback__)) if exc else ""
            kind = type(exc).__name__
            _log.error("web.failed", error_id=error_id, route=NO_ROUTE, kind=kind, exception=where)
        _log.info("web.request", method="other", route=NO_ROUTE, status=status)
        parts.measures.requested(NO_ROUTE, "other", status)
        response = told(parts.pages, request.headers, with_status(status), reference=error_id)
        response.headers.update(headers)
        harden(response.headers, parts.config.web.public_url)
        response.force_close()
        return response
