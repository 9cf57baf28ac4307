"""HTTP client: one POST over a pooled connection, up to the head of its answer.

aiohttp's session does this too, with cookies, redirects, proxies, middlewares, traces, bodies that
come piece by piece, and a timer and a task for each request. Nothing of that is wanted here, and it
took a quarter of what a delivery costs. (docs/decisions/0017, 0018)
"""

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from types import TracebackType

from aiohttp import ClientConnectionError, ClientRequest, ClientTimeout, StreamReader, hdrs
from aiohttp.connector import Connection
from aiohttp.http_parser import RawResponseMessage
from yarl import URL

from bot.delivery.answer_protocol import MAX_HEAD_BYTES, MAX_HEADERS, AnswerProtocol
from bot.delivery.connector import CEIL_NEVER, PinnedConnector, TunnelConnector, dialled

READ_BUFFER = 32_768  # bytes; whose answer is twice as long loses its connection
LARGE = 8192  # bytes of a body that may not all be on their way when its answer comes
FRAMING = frozenset({"content-length", "transfer-encoding"})
ROUTES = 1024  # whose constant part is kept; another's is made anew each time


class Response:
    """The head of an answer, and its body as it comes: to be read to its end, or closed."""

    __slots__ = ("_connection", "_protocol", "_was_large", "content", "headers", "status")

    def __init__(
        self,
        answer: tuple[RawResponseMessage, StreamReader],
        connection: Connection,
        *,
        protocol: AnswerProtocol,
        was_large: bool,
    ) -> None:
        message, self.content = answer
        self.status = message.code
        self.headers = message.headers
        self._connection = connection
        self._protocol = protocol
        self._was_large = was_large
        self.content.on_eof(self._ended)

    def close(self) -> None:
        """Take no more of it, and end the connection."""
        _drop(self._connection)

    def _ended(self) -> None:
        # An answer may come before the body was sent: the next request would wait behind that.
        # What waits below TLS cannot be seen; who refuses a large body may well not read it.
        protocol = self._protocol
        transport = protocol.transport
        is_unsent = transport is not None and transport.get_write_buffer_size() > 0
        if is_unsent or (self._was_large and self.status >= 300):
            _drop(self._connection)
        else:
            self._connection.release()
            if protocol.transport is not None:
                protocol.idle.keep(protocol)


class Route:
    """Route: all that the requests to one URL have in common."""

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

    def head(self, headers: Mapping[str, str], length: int) -> bytes:
        """The head of a request with `length` bytes of body; ValueError for a broken header."""
        given = set(map(str.lower, headers))
        usual = [line for name, line in self._usual.items() if name not in given]
        own = [*map(": ".join, headers.items())]
        # Where a name or a value breaks its line, the receiver would read what nobody wrote.
        if not "".join(own).isprintable():
            raise ValueError("a header with a line break in it, or with a control character")
        if len(given) < len(own) or not given.isdisjoint(FRAMING):
            raise ValueError("a header that is there twice, or that says where the body ends")
        lines = [self._line, *usual, *own, f"Content-Length: {length}"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Exchange:
    """Posts through one connector; it has `connect` seconds for DNS, TCP and TLS.

    What goes to https:// takes `tunnels` instead, where there are any.
    """

    def __init__(
        self,
        connector: PinnedConnector,
        *,
        connect: float,
        tunnels: TunnelConnector | None = None,
    ) -> None:
        self._connector = connector
        self._secure = connector if tunnels is None else tunnels
        self._timeout = ClientTimeout(total=None, connect=connect, ceil_threshold=CEIL_NEVER)
        self._loop = asyncio.get_running_loop()
        self._route = lru_cache(ROUTES)(self._new_route)

    async def close(self) -> None:
        """Close every connection; requests still in flight end with a ClientConnectionError."""
        await self._connector.close()
        if self._secure is not self._connector:
            await self._secure.close()

    async def post(self, url: URL, body: bytes, headers: Mapping[str, str]) -> Response:
        """The answer, to be read to its end or closed.

        Raises aiohttp's errors, OSError, and TimeoutError where no connection came about.
        """
        route = self._route(url)
        head = route.head(headers, len(body))
        connection = await self._connect(route, url)
        try:
            protocol = dialled.get()
            if protocol is None or protocol.transport is None:
                raise ClientConnectionError("the other side was gone at once")
            # How long lines are matters to nobody; the protocol counts the bytes of the head.
            protocol.set_response_params(
                read_until_eof=True,
                auto_decompress=False,
                read_bufsize=READ_BUFFER,
                max_line_size=MAX_HEAD_BYTES,
                max_field_size=MAX_HEAD_BYTES,
                max_headers=MAX_HEADERS,
            )
            if protocol.excess:
                raise ClientConnectionError(protocol.excess)
            # With the loop's next turn: what many begin in this one then goes out together, and
            # they and their receivers wake up less often.
            self._loop.call_soon(protocol.send, (head, body))
            answer = await protocol.read()
        except BaseException:
            _drop(connection)
            raise
        return Response(answer, connection, protocol=protocol, was_large=len(body) > LARGE)

    async def knock(self, url: URL) -> None:
        """Connect there and send nothing; raises as `post` does."""
        _drop(await self._connect(self._route(url), url))

    async def _connect(self, route: Route, url: URL) -> Connection:
        connector = self._secure if url.scheme == "https" else self._connector
        return await connector.connect(route.request, [], self._timeout)

    def _new_route(self, url: URL) -> Route:
        return Route(url, self._loop, reuse=not self._connector.force_close)


def _drop(connection: Connection) -> None:
    """End it with all that was not sent: a close would wait until the other side reads that."""
    if connection.transport is not None:
        connection.transport.abort()
    connection.close()


class Timeouts:
    """Timeouts of so many seconds for each wait: the first to begin is the first to lapse.

    `asyncio.timeout` starts a timer and stops it again for every wait, nearly always in vain; with
    thousands of them in a second that is work.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.loop = asyncio.get_running_loop()
        self._waits: dict[TimedWait, float] = {}  # when they lapse, the earliest first
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._waits)

    def wait(self) -> "TimedWait":
        """`with timeouts.wait() as lapses:` raises TimeoutError at that moment of the loop's."""
        return TimedWait(self)

    def begin(self, wait: "TimedWait") -> float:
        """Let it lapse in time; when that is."""
        when = self._waits[wait] = self.loop.time() + self._seconds
        if self._timer is None:
            self._timer = self.loop.call_at(when, self._look)
        return when

    def end(self, wait: "TimedWait") -> None:
        """It is over, whether or not it lapsed; without any, no timer is left behind."""
        self._waits.pop(wait, None)
        if not self._waits:
            self.close()

    def close(self) -> None:
        """Let nothing lapse any more."""
        self._waits.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        now = self.loop.time()
        self._timer = None
        for wait, when in list(self._waits.items()):
            if when > now:
                self._timer = self.loop.call_at(when, self._look)
                return
            del self._waits[wait]
            wait.lapse()


class TimedWait:
    """One wait of the task that enters it; it ends as a block of `asyncio.timeout` does."""

    __slots__ = ("_cancelling", "_lapsed", "_task", "_timeouts")

    _task: asyncio.Task[object]
    _cancelling: int

    def __init__(self, timeouts: Timeouts) -> None:
        self._timeouts = timeouts
        self._lapsed = False

    def __enter__(self) -> float:
        task = asyncio.current_task(self._timeouts.loop)
        if task is None:
            raise RuntimeError("only a task can be told that its time is over")
        self._task = task
        self._cancelling = task.cancelling()
        return self._timeouts.begin(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timeouts.end(self)
        if not self._lapsed:
            return
        # Somebody else may have cancelled the task as well, and that goes on.
        is_ours = self._task.uncancel() <= self._cancelling
        if is_ours and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def lapse(self) -> None:
        """Its time is over."""
        self._lapsed = True
        self._task.cancel()
