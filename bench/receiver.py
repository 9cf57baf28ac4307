"""The receiver of every contestant: a process of its own that answers 200 and counts what came.

    python -m bench.receiver

prints its port, answers until standard input ends, then prints what it counted as JSON.
"""

import asyncio
import json
import sys
from typing import cast

import uvloop

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "
EVENT_ID = b"phantom-event-id: "
ID_LENGTH = 36


class Answering(asyncio.Protocol):
    """HTTP/1.1 with connections kept alive, and not a step more than that takes."""

    def __init__(self, ids: list[bytes]) -> None:
        self._ids = ids
        self._waiting = b""
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast("asyncio.WriteTransport", transport)

    def data_received(self, data: bytes) -> None:
        data = self._waiting + data
        while (end := self._end_of_request(data)) is not None:
            data = data[end:]
            assert self._transport is not None
            self._transport.write(OK)
        self._waiting = data

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
        id_at = head.find(EVENT_ID) + len(EVENT_ID)
        self._ids.append(head[id_at : id_at + ID_LENGTH])
        return end


async def serve() -> None:
    """Answer until standard input ends."""
    ids: list[bytes] = []
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Answering(ids), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    ended = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), ended.set)  # nothing is ever written to it but its end
    await ended.wait()
    print(json.dumps({"requests": len(ids), "unique": len(set(ids))}), flush=True)
    server.close()


if __name__ == "__main__":
    uvloop.run(serve())
