"""Connection: refused where there are too many, answered in words where it speaks no HTTP."""

import asyncio
import secrets
from collections.abc import Callable, Generator
from contextlib import contextmanager
from traceback import format_tb
from typing import cast

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMethod, LineTooLong
from aiohttp.typedefs import Handler

from bot.logs import get_logger
from bot.web.addresses import Proxies, household, parse
from bot.web.errors import OUR_FAULT, told, with_status
from bot.web.headers import SAFE, harden
from bot.web.measures import NO_ROUTE
from bot.web.parts import PARTS, PROXIES
from bot.web.room import Crowd, Room, Seat

LINE_LIMIT = 8190
FIELD_LIMIT = 8190
MOST_FIELDS = 64
LINGER = 2.0  # seconds to take in what is not wanted, so that the answer is read
BUSY_FOR = 10  # seconds after which to ask again
BUSY = (
    "HTTP/1.1 503 Service Unavailable\r\n"
    + "".join(f"{name}: {value}\r\n" for name, value in SAFE.items())
    + f"Cache-Control: no-store\r\nRetry-After: {BUSY_FOR}\r\n"
    + "Content-Length: 0\r\nConnection: close\r\n\r\n"
).encode()

_log = get_logger("herald.web")


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
        self.room = Room(crowd)
        self.read_timeout = read_timeout
        self._server = server

    def connect(self) -> "LimitedConnection":
        """A connection of aiohttp's; its timer for idleness is the deadline of a head too."""
        return LimitedConnection(
            self,
            self._server,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=self.read_timeout,
            lingering_time=LINGER,
            access_log=None,
            max_line_size=LINE_LIMIT,
            max_field_size=FIELD_LIMIT,
            max_headers=MOST_FIELDS,
            auto_decompress=False,  # what is packed is refused, and not worth unpacking
        )

    def seat(self, line: asyncio.Transport) -> Seat:
        """The seat of a connection that has just been made, not taken yet."""
        home = home_of(line.get_extra_info("peername"), self.app[PROXIES])
        return Seat(home, line.abort, asyncio.get_running_loop().time())


class LimitedConnection(web.RequestHandler):
    """aiohttp's, but for who may come and what is said of a request that cannot be parsed."""

    def __init__(self, door: ConnectionFactory, server: web.Server, **settings: object) -> None:
        start = cast("Callable[..., None]", super().__init__)
        start(server, **settings)
        self._door = door
        self._seat = Seat(None, self.force_close, None)
        self._unread: asyncio.TimerHandle | None = None

    @property
    def is_reserved(self) -> bool:
        """Whether there was no place left but for the routes of operators."""
        return self._seat.is_reserved

    @contextmanager
    def busy(self) -> Generator[None]:
        """While a request is answered; to write the answer out belongs to the rest after it."""
        self._seat.idle_since = None
        try:
            yield
        finally:
            self._seat.idle_since = asyncio.get_running_loop().time()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        line = cast("asyncio.Transport", transport)
        self._seat = self._door.seat(line)
        if self._door.room.take(self._seat):
            super().connection_made(transport)
            return
        line.write(BUSY)
        line.close()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._door.room.give_up(self._seat)
        self._read_on()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Called by asyncio where answers pile up: whoever does not read them is let go."""
        super().pause_writing()
        wait = asyncio.get_running_loop().call_later
        self._unread = wait(self._door.read_timeout, self._seat.leave)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._read_on()

    def _read_on(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

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


@web.middleware
async def seated(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count the connection as busy meanwhile; a reserved place is for one request."""
    connection = request.protocol
    if not isinstance(connection, LimitedConnection):
        return await handler(request)
    with connection.busy():
        response = await handler(request)
    if connection.is_reserved:
        response.force_close()
    return response
