"""PostgreSQL behind a line that fails: a COMMIT's answer is lost, or nothing comes any more."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url

SOCKET = ".s.PGSQL.5432"


class LossyLine:
    """Passes everything on, until it is told otherwise."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._loses = False
        self._silenced = 0

    def lose_answer(self) -> None:
        """Cut the line of whoever commits next before it is told that it has."""
        self._loses = True

    def fall_silent(self) -> None:
        """Drop whatever comes on the lines there are, as a router does that has forgotten them."""
        self._silenced += 1

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Stand between one client and the server."""
        answers, asks = await asyncio.open_unix_connection(self._server)
        lost, silenced = asyncio.Event(), self._silenced

        def asked(data: bytes) -> bool:
            if self._loses and b"COMMIT;" in data:
                self._loses = False
                lost.set()
            return silenced == self._silenced

        def answered(_data: bytes) -> bool:
            if lost.is_set():  # it was carried out, or there were no answer
                writer.transport.abort()
            return silenced == self._silenced

        await asyncio.gather(_pass_on(reader, asks, asked), _pass_on(answers, writer, answered))


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, passes: Callable[[bytes], bool]
) -> None:
    try:
        while data := await reader.read(65536):
            if passes(data):
                writer.write(data)
    except ConnectionError:
        pass  # as with a line that was cut
    finally:
        writer.close()


@asynccontextmanager
async def lossy_line(url: str) -> AsyncGenerator[tuple[LossyLine, str]]:
    """The line, and the URL by which the database is reached through it."""
    there = make_url(url)
    line = LossyLine(str(Path(str(there.query["host"])) / SOCKET))
    with tempfile.TemporaryDirectory(prefix="herald-line-") as folder:
        listening = await asyncio.start_unix_server(line.connected, Path(folder) / SOCKET)
        async with listening:
            yield line, there.update_query_dict({"host": folder}).render_as_string(False)
