"""A pooler as PgBouncer is one with `pool_mode = transaction`: a server for each transaction."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sqlalchemy import make_url

from tests.support.lossy_line import SOCKET

SIMPLE_QUERY, SYNC, TERMINATE, READY = b"Q", b"S", b"X", b"Z"
Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Its kind, and all of it (source: PostgreSQL, message formats)."""
    head = await reader.readexactly(5)
    return head[:1], head + await reader.readexactly(int.from_bytes(head[1:]) - 4)


class TransactionPooler:
    """Lends one of its two connections to whoever begins, and takes it back when that is over."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._free: asyncio.LifoQueue[Pair] = asyncio.LifoQueue()
        self._greeting = b""

    async def open(self, startup: bytes) -> None:
        """Connect as the first client would."""
        for _ in range(2):
            reader, writer = await asyncio.open_unix_connection(self._server)
            writer.write(startup)
            greeting, kind = b"", b""
            while kind != READY:
                kind, whole = await _message(reader)
                greeting += whole
            self._greeting = greeting
            self._free.put_nowait((reader, writer))

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Stand between one client and the servers."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            length = await reader.readexactly(4)
            startup = length + await reader.readexactly(int.from_bytes(length) - 4)
            if not self._greeting:
                await self.open(startup)
            writer.write(self._greeting)
            while await self._transaction(reader, writer):
                pass
        writer.close()

    async def _transaction(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        first = await _message(reader)
        if first[0] == TERMINATE:
            return False
        answers, asks = await self._free.get()
        states: asyncio.Queue[bytes] = asyncio.Queue()
        answering = asyncio.create_task(_answered(answers, writer, states))
        kind, whole = first
        try:
            while True:
                asks.write(whole)
                if kind in (SIMPLE_QUERY, SYNC) and await states.get() == b"I":
                    return True
                kind, whole = await _message(reader)
        finally:
            answering.cancel()
            self._free.put_nowait((answers, asks))

    async def close(self) -> None:
        """Let go of the servers."""
        while not self._free.empty():
            _answers, asks = self._free.get_nowait()
            asks.close()
            await asks.wait_closed()


async def _answered(
    answers: asyncio.StreamReader, writer: asyncio.StreamWriter, states: asyncio.Queue[bytes]
) -> None:
    """Pass on what the server says; `states` hears whether it is inside a transaction."""
    while True:
        kind, whole = await _message(answers)
        writer.write(whole)
        if kind == READY:
            states.put_nowait(whole[-1:])


@asynccontextmanager
async def transaction_pooler(url: str) -> AsyncGenerator[str]:
    """The URL by which the database is reached through one."""
    there = make_url(url)
    pooler = TransactionPooler(str(Path(str(there.query["host"])) / SOCKET))
    with tempfile.TemporaryDirectory(prefix="herald-pool-") as folder:
        listening = await asyncio.start_unix_server(pooler.connected, Path(folder) / SOCKET)
        async with listening:
            yield there.update_query_dict({"host": folder}).render_as_string(False)
            await pooler.close()
