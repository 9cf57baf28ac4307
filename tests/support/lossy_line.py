"""PostgreSQL behind a line that fails: a COMMIT's answer is lost, or nothing comes any more."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url

SOCKET = ".s.PGSQL.5432"
LOSE, SWALLOW = "lose", "swallow"


class LossyLine:
    """Passes everything on, until it is told otherwise."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._fails: set[str] = set()
        self.swallowed = asyncio.Event()
        self.left = asyncio.Event()
        self.silenced = self.taken = 0
        self._away = self._mute = self._leaves = False
        self._clients: set[asyncio.StreamWriter] = set()

    def lose_answer(self, *, leaves: bool = False) -> None:
        """Cut the line of whoever commits next before it is told that it has.

        With `leaves` every line, and nobody can be asked either.
        """
        self._fails.add(LOSE)
        self._leaves = leaves

    def swallow_commit(self) -> None:
        """Pass on nothing more of whoever commits next, and tell neither side."""
        self._fails.add(SWALLOW)

    def go_away(self) -> None:
        """Cut every line there is, and take no new one."""
        self._away = True
        self.left.set()
        for writer in self._clients:
            writer.transport.abort()

    def come_back(self) -> None:
        """Take new lines again, and pass on what comes on those."""
        self._away = self._mute = False

    def lost(self, writer: asyncio.StreamWriter) -> None:
        """What becomes of a line whose answer is to be lost."""
        writer.transport.abort()
        if self._leaves:
            self._leaves = False
            self.go_away()

    def fall_silent(self) -> None:
        """Drop whatever comes on the lines there are, as a router does that has forgotten them."""
        self.silenced += 1

    def go_silent(self) -> None:
        """Drop whatever comes, on new lines too."""
        self.fall_silent()
        self._mute = True

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Stand between one client and the server."""
        try:
            if self._away:
                raise ConnectionRefusedError
            answers, asks = await asyncio.open_unix_connection(self._server)
        except OSError:
            writer.close()
            return
        self._clients.add(writer)
        self.taken += 1
        one = _Client(self, writer)
        await asyncio.gather(
            _pass_on(reader, asks, one.asked), _pass_on(answers, writer, one.answered)
        )

    def takes(self, what: str, data: bytes) -> bool:
        """Whether this is the commit that is to fail so; the next one is not."""
        if b"COMMIT;" not in data or what not in self._fails:
            return False
        self._fails.discard(what)
        return True

    def passes(self, silenced: int) -> bool:
        """Whether a line goes on that began after so many silences."""
        return silenced == self.silenced and not self._mute


class _Client:
    """One line, and what became of it."""

    def __init__(self, line: LossyLine, writer: asyncio.StreamWriter) -> None:
        self._line = line
        self._writer = writer
        self._silenced = line.silenced
        self._is_lost = self._is_swallowed = False

    def asked(self, data: bytes) -> bool:
        """Whether what the client says goes on."""
        self._is_lost = self._is_lost or self._line.takes(LOSE, data)
        if self._line.takes(SWALLOW, data):
            self._is_swallowed = True
            self._line.swallowed.set()
        return self._line.passes(self._silenced) and not self._is_swallowed

    def answered(self, _data: bytes) -> bool:
        """Whether what the server says goes on."""
        if self._is_lost:  # it was carried out, or there were no answer
            self._line.lost(self._writer)
        return self._line.passes(self._silenced)


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
async def line_to(server: str) -> AsyncGenerator[tuple[LossyLine, str]]:
    """The line to the server whose address that folder is, and the folder that is its own."""
    line = LossyLine(str(Path(server) / SOCKET))
    with tempfile.TemporaryDirectory(prefix="herald-line-") as folder:
        listening = await asyncio.start_unix_server(line.connected, Path(folder) / SOCKET)
        async with listening:
            yield line, folder


@asynccontextmanager
async def lossy_line(url: str) -> AsyncGenerator[tuple[LossyLine, str]]:
    """The line, and the URL by which the database is reached through it."""
    there = make_url(url)
    async with line_to(str(there.query["host"])) as (line, folder):
        yield line, there.update_query_dict({"host": folder}).render_as_string(False)
