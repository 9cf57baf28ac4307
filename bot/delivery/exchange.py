"""One POST over a pooled connection, up to the head of its answer.

aiohttp's session does this too, with cookies, redirects, proxies, middlewares, traces, bodies that
come piece by piece, and a timer and a task for each request. Nothing of that is wanted here, and it
took a quarter of what a delivery costs. (docs/decisions/0017, 0018)
"""

import asyncio
from collections.abc import Iterable, Mapping
from functools import lru_cache

from aiohttp import ClientConnectionError, ClientRequest, ClientTimeout, StreamReader, hdrs
from aiohttp.connector import Connection
from aiohttp.http_parser import RawResponseMessage
from yarl import URL

from bot.delivery.resolver import CEIL_NEVER, PinnedConnector

READ_BUFFER = 8192
ROUTES = 1024  # whose constant part is kept; another's is made anew each time


class Response:
    """The head of an answer, and its body as it comes: to be read to its end, or closed."""

    __slots__ = ("_connection", "content", "headers", "status")

    def __init__(
        self, answer: tuple[RawResponseMessage, StreamReader], connection: Connection
    ) -> None:
        message, self.content = answer
        self.status = message.code
        self.headers = message.headers
        self._connection = connection
        self.content.on_eof(self._ended)

    def close(self) -> None:
        """Take no more of it, and end the connection."""
        self._connection.close()

    def _ended(self) -> None:
        transport = self._connection.transport
        # An answer may come before the body was sent: the next request would wait behind that.
        if transport is not None and transport.get_write_buffer_size():
            self._connection.close()
        else:
            self._connection.release()


class Route:
    """What all requests to one URL have in common."""

    def __init__(self, url: URL, loop: asyncio.AbstractEventLoop, *, reuse: bool) -> None:
        # The connector reads from it where to connect to; it is never sent.
        self.request = ClientRequest(hdrs.METH_POST, url, loop=loop)
        self._line = f"{hdrs.METH_POST} {url.raw_path_qs} HTTP/1.1"
        self._usual = {
            "host": f"Host: {url.host_port_subcomponent}",
            "accept": "Accept: */*",
            "accept-encoding": "Accept-Encoding: identity",
        }
        if not reuse:
            self._usual["connection"] = "Connection: close"
        self._all = tuple(self._usual.values())

    def head(self, headers: Mapping[str, str], length: int) -> bytes:
        """The head of a request with `length` bytes of body; ValueError for a broken header."""
        given = set(map(str.lower, headers))
        usual = (line for name, line in self._usual.items() if name not in given)
        lines = [self._line, *(self._all if given.isdisjoint(self._usual) else usual)]
        lines += map(": ".join, headers.items())
        lines.append(f"Content-Length: {length}")
        text = "\r\n".join(lines)
        # Where a name or a value breaks its line, the receiver would read what nobody wrote.
        breaks = len(lines) - 1
        if text.count("\r") != breaks or text.count("\n") != breaks or "\0" in text:
            raise ValueError("a header with a line break or a NUL in it")
        return text.encode() + b"\r\n\r\n"


class Exchange:
    """Posts through one connector; it has `connect` seconds for DNS, TCP and TLS."""

    def __init__(self, connector: PinnedConnector, *, connect: float) -> None:
        self._connector = connector
        self._timeout = ClientTimeout(total=None, connect=connect, ceil_threshold=CEIL_NEVER)
        self._loop = asyncio.get_running_loop()
        self._route = lru_cache(ROUTES)(self._new_route)

    async def close(self) -> None:
        """Close every connection; requests still in flight end with a ClientConnectionError."""
        await self._connector.close()

    async def post(self, url: URL, body: bytes, headers: Mapping[str, str]) -> Response:
        """The answer, to be read to its end or closed.

        Raises aiohttp's errors, OSError, and TimeoutError where no connection came about.
        """
        route = self._route(url)
        head = route.head(headers, len(body))
        connection = await self._connector.connect(route.request, [], self._timeout)
        try:
            protocol, transport = connection.protocol, connection.transport
            if protocol is None or transport is None:
                raise ClientConnectionError("the other side was gone at once")
            protocol.set_response_params(
                read_until_eof=True, auto_decompress=False, read_bufsize=READ_BUFFER
            )
            # With the loop's next turn: what many begin in this one then goes out together, and
            # they and their receivers wake up less often.
            self._loop.call_soon(_write, transport, (head, body))
            answer = await protocol.read()
        except BaseException:
            connection.close()
            raise
        return Response(answer, connection)

    def _new_route(self, url: URL) -> Route:
        return Route(url, self._loop, reuse=not self._connector.force_close)


def _write(transport: asyncio.WriteTransport, parts: Iterable[bytes]) -> None:
    if not transport.is_closing():  # else the attempt was given up meanwhile
        transport.writelines(parts)
