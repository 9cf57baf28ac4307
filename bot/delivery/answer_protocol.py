"""Answer protocol: a connection's side that reads, bounded before anything is parsed."""

import asyncio
import select
from collections.abc import Callable, Iterable

from aiohttp import ClientPayloadError, hdrs
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_parser import RawResponseMessage
from aiohttp.streams import StreamReader
from multidict import CIMultiDictProxy

from bot import kept_texts as kept
from bot.delivery.idle import IdleConnections

SLICE = 4096  # bytes parsed at once: what a flood of tiny heads or chunks may cost the loop
MAX_INFORMATIONAL = 8
MAX_HEAD_BYTES = 65_536  # every head of one answer together
MAX_HEADERS = 2000  # lines of them
MAX_WIRE_BYTES = 524_288  # one answer with its framing

HEAD_ENDS = ((b"\n\r\n", 3), (b"\n\n", 2))  # with their lengths; the parser needs no CR


class AnswerProtocol(ResponseHandler):
    """One connection, fed to aiohttp's parser a head or a few kilobytes at a time.

    Any byte that is not of the answer to the request sent last ends it: the next request on it
    would be given that, and be somebody else's.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, idle: IdleConnections) -> None:
        super().__init__(loop)
        self.idle = idle
        self.exchanges = 0  # requests this connection was given so far
        self.received = 0  # bytes since the last of them was sent
        self.excess = ""  # why the answer was given up, in words
        self.line_seen = False  # a whole status line came
        self.malformed = False  # the head was an answer's, its body breaks the rules
        self._informational = 0
        self._head_begun = False
        self._head_seen = True  # nothing was asked yet, so that nothing is to come
        self._left: int | None = 0  # bytes of the answer to come; None where its end will show
        self._is_kept_back = False  # the parser keeps some of it until the reader has caught up
        self._peek: Callable[[int], list[tuple[int, int]]] | None = None

    def begin(self) -> None:
        """A request is to be written."""
        self.idle.take(self)
        self.exchanges += 1
        self.received = 0
        self.line_seen = False
        self.malformed = False

    def send(self, parts: Iterable[bytes]) -> None:
        """Write the request; what comes from now on is its answer.

        Nothing is sent where the connection is over, or has something to be read already.
        """
        transport = self.transport
        if transport is None or transport.is_closing():
            return  # given up meanwhile
        if self.exchanges > 1 and self._has_come(transport):
            self.give_up(kept.TOO_MANY_ANSWERS)
            return
        self.expect_answer()
        transport.writelines(parts)

    def expect_answer(self) -> None:
        """What comes from now on is one answer, to whatever was or will be asked."""
        self._informational = 0
        self._head_begun = self._head_seen = self._is_kept_back = False
        self._left = None

    def connection_lost(self, exc: BaseException | None) -> None:
        super().connection_lost(exc)
        self.idle.take(self)

    def data_received(self, data: bytes) -> None:
        """Parse what arrived; no data means that the reader has caught up with the parser."""
        if not data and self._is_kept_back and self._left != 0:
            self._is_kept_back = False
            self._feed(data)
        start, size = 0, len(data)
        while start < size and not (self.excess or self._exception):
            if self._left == 0:
                is_more = self.exchanges > 1 or self.received
                self.give_up(kept.TOO_MANY_ANSWERS if is_more else kept.ANSWER_BEFORE)
            elif self._head_seen:
                start = self._parse_body(data, start)
            else:
                start = self._parse_head(data, start)

    def feed_data(self, data: tuple[RawResponseMessage, StreamReader], size: int = 0) -> None:
        """Take one parsed head; a final head always stands, whatever the body does."""
        code = data[0].code
        if self._head_seen:
            self.give_up(kept.TOO_MANY_ANSWERS)
        elif 100 <= code < 200 and code != 101:
            self._informational += 1
            self.line_seen = self._head_begun = False
            if self._informational >= MAX_INFORMATIONAL:
                self.give_up(kept.TOO_MANY_INFORMATIONAL)
        else:
            self._head_seen = True
            self._left = self._length(data[0].headers)
            if not 200 <= code < 600:
                self.force_close()
            super().feed_data(data, size)

    def pause_reading(self) -> None:
        """Wait for the reader; what the parser then keeps back may be no part of the answer."""
        self._is_kept_back = True
        self._left = None
        self.force_close()
        super().pause_reading()

    def _has_come(self, transport: asyncio.BaseTransport) -> bool:
        """Whether something came, an end at least, that the loop has not read yet."""
        if self._peek is None:
            poll = select.poll()
            poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)
            self._peek = poll.poll
        return bool(self._peek(0))

    def _length(self, headers: CIMultiDictProxy[str]) -> int | None:
        """How much of the body is still to come; None where nothing says it beforehand."""
        payload = self._payload
        if payload is None or payload.is_eof():
            return 0
        length = headers.get(hdrs.CONTENT_LENGTH)
        if self._is_kept_back or length is None or hdrs.TRANSFER_ENCODING in headers:
            return None
        return int(length) - payload.total_bytes  # the parser refuses what is no number

    def _parse_head(self, data: bytes, start: int) -> int:
        """Parse a slice that ends with the head at the latest; where the next one begins."""
        end = start + SLICE
        is_first, self._head_begun = not self._head_begun, True
        is_end = False
        for mark, length in HEAD_ENDS:
            at = data.find(mark, start, end)
            if at >= 0:
                end, is_end = at + length, True
        piece = data[start:end]
        self.received += len(piece)
        self.line_seen = self.line_seen or b"\n" in piece
        if self.received > MAX_HEAD_BYTES:
            self.give_up(kept.LONG_HEAD)
        elif is_first and piece[:1] in (b"\r", b"\n"):
            # The parser would read over empty lines, four bytes at a time.
            self.give_up(kept.EMPTY_LINE)
        elif is_first and is_end:
            self._feed(piece)
        else:
            self._feed_with_care(piece)
        return end

    def _parse_body(self, data: bytes, start: int) -> int:
        """Parse a slice of the body; where the next one begins."""
        left = self._left
        piece = data[start : start + (SLICE if left is None or left > SLICE else left)]
        length = len(piece)
        self.received += length
        if self.received > MAX_WIRE_BYTES:
            self.give_up(kept.LONG_ANSWER)
        elif left is None:
            self._feed_with_care(piece)
        else:
            self._left = left - length
            self._feed(piece)
        return start + length

    def _feed_with_care(self, piece: bytes) -> None:
        """Have it parsed where the answer may end in it, of which the parser does not say where.

        So the last byte goes by itself: what ended before it has something behind it.
        """
        if len(piece) > 1:
            self._feed(piece[:-1])
            if self._exception is not None:
                return
            if self._left == 0:
                self.give_up(kept.TOO_MANY_ANSWERS)
                return
            if self._left is not None:
                self._left -= 1
        self._feed(piece[-1:])

    def _feed(self, piece: bytes) -> None:
        super().data_received(piece)
        payload = self._payload
        if self._left is None and self._head_seen and (payload is None or payload.is_eof()):
            self._left = 0
        if self._exception is not None and payload is not None:
            self.malformed = True
            # Its reader waits: aiohttp wakes nobody where a body broke off in mid parse.
            if not payload.is_eof() and payload.exception() is None:
                payload.set_exception(ClientPayloadError("the body is malformed"))

    def give_up(self, why: str) -> None:
        """Take nothing more from it; the first reason stands."""
        self.excess = self.excess or why
        self.force_close()
        if self.transport is not None:
            self.transport.abort()
