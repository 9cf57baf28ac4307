"""The receiver of every contestant: a process of its own that answers 200 and counts what came.

    python -m bench.receiver

prints its port, answers until standard input ends, then prints what it counted as JSON. A request
to /never/… is not answered at all; one to /slow/… is not from the moment on that /begin is asked
for. What is written to standard input before it ends is `moments` or nothing: whether the moment
of each first receipt is printed too.
"""

import asyncio
import json
import sys
from time import monotonic_ns
from typing import cast

import uvloop

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
EVENT_ID = b"phantom-event-id: "
ID_LENGTH = 36
USUAL, NEVER, SLOW, BEGIN = b"POST /hooks/", b"POST /never/", b"POST /slow/", b"POST /begin"


class Counted:
    """What came so far, and whether /slow/ hangs by now."""

    def __init__(self) -> None:
        self.requests = 0
        self.moments: dict[bytes, int] = {}  # of first receipts: monotonic, ns
        self.hangs = False

    def report(self, *, with_moments: bool) -> str:
        """As JSON."""
        found: dict[str, object] = {"requests": self.requests, "unique": len(self.moments)}
        if with_moments:
            found["moments"] = {id.decode(): moment for id, moment in self.moments.items()}
        return json.dumps(found)


class Answering(asyncio.Protocol):
    """HTTP/1.1 with connections kept alive, and not a step more than that takes."""

    def __init__(self, counted: Counted) -> None:
        self._counted = counted
        self._waiting = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        data = self._waiting + data
        while (end := self._end_of_request(data)) is not None:
            answers = data.startswith(USUAL) or self._answers(data)
            data = data[end:]
            assert self._transport is not None
            if answers:
                self._transport.write(OK)
        self._waiting = data

    def _answers(self, data: bytes) -> bool:
        if data.startswith(BEGIN):
            self._counted.hangs = True
        hangs = data.startswith(NEVER) or (self._counted.hangs and data.startswith(SLOW))
        return not hangs

    def _end_of_request(self, data: bytes) -> int | None:
        """Where the first request ends; None while it is not whole. Its id is kept."""
        head_end = data.find(HEAD_END)
        if head_end < 0:
            return None
        head = data[:head_end].lower()
        length_at = head.find(LENGTH)
        length = 0 if length_at < 0 else int(head[length_at + len(LENGTH) :].split(b"\r", 1)[0])
        end = head_end + len(HEAD_END) + length
        if len(data) < end:
            return None
        id_at = head.find(EVENT_ID)
        if id_at >= 0:
            id_at += len(EVENT_ID)
            self._counted.requests += 1
            self._counted.moments.setdefault(head[id_at : id_at + ID_LENGTH], monotonic_ns())
        return end


async def serve() -> None:
    """Answer until standard input ends."""
    counted = Counted()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(counted), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), ended.set)  # a word, or its end
    await ended.wait()
    print(counted.report(with_moments="moments" in sys.stdin.readline()), flush=True)
    server.close()


if __name__ == "__main__":
    uvloop.run(serve())
