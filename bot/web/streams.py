"""Streams: answers that go on, of server-sent events; bounded, and ended where the server ends."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web

from bot.clock import Clock
from bot.web.connection import BUSY_FOR

MOST = 64  # in all: each is a connection
MOST_OF_ONE = 4  # tabs; the oldest ends for another
EVERY = 2.0  # seconds from one look to the next
QUIET = 7  # looks without news, after which a comment shows that it is still there
HEADERS = {"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"}
MOVED = b"event: moved\ndata: .\n\n"

StreamLook = Callable[[], Awaitable[str | None]]
"""The mark of this moment; None where whoever listens may not any more."""


@dataclass(slots=True, eq=False)
class Stream:
    """Stream of one page; `ended` is set by whoever wants it to end, after a `last_word` to it."""

    owner: str
    last_word: bytes = b""
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Streams:
    """Streams of all pages that are open."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open = dict[Stream, None]()

    def __len__(self) -> int:
        return len(self._open)

    async def end_all(self, _app: web.Application) -> None:
        """Called by aiohttp before it waits for the requests under way."""
        for stream in self._open:
            stream.ended.set()

    async def answer(
        self, request: web.Request, owner: str, look: StreamLook, *, known: str | None = None
    ) -> web.StreamResponse:
        """Say `changed` with every new mark, and `over` where there is none any more.

        `known` is the mark of what is shown already: what changed since is told at once.
        """
        async with self._seat(owner) as stream:
            response = web.StreamResponse(headers=HEADERS)
            with suppress(ConnectionError):  # the page was left, perhaps before it began
                await response.prepare(request)
                await self._tell(request, response, stream, look=look, known=known)
            return response

    async def _tell(
        self,
        request: web.Request,
        response: web.StreamResponse,
        stream: Stream,
        *,
        look: StreamLook,
        known: str | None,
    ) -> None:
        quiet = QUIET
        while not _is_left(request):
            mark = await look()
            if mark is None:
                await response.write(b"event: over\ndata: .\n\n")
                return
            if known is not None and mark != known:
                await response.write(f"event: changed\ndata: {mark}\n\n".encode())
                quiet = 0
            elif quiet >= QUIET:
                await response.write(b": here\n\n")
                quiet = 0
            known, quiet = mark, quiet + 1
            if await self._clock.wait(stream.ended, EVERY):
                if stream.last_word:
                    await response.write(stream.last_word)
                return

    @asynccontextmanager
    async def _seat(self, owner: str) -> AsyncGenerator[Stream]:
        mine = [one for one in self._open if one.owner == owner and not one.ended.is_set()]
        if len(mine) >= MOST_OF_ONE:
            mine[0].last_word = MOVED  # else it would come back, and be the next one's end
            mine[0].ended.set()
        elif len(self._open) >= MOST:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": str(BUSY_FOR)})
        stream = Stream(owner)
        self._open[stream] = None
        try:
            yield stream
        finally:
            del self._open[stream]


STREAMS = web.AppKey("STREAMS", Streams)


def _is_left(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()
