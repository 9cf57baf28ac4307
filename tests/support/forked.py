"""A forked program: started by the fork server, and held as a process of asyncio's is."""

import asyncio
import atexit
import os
import signal
import socket
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Self

from tests.support.fork_server import Order

ROOT = Path(__file__).parents[2]
OUR_OWN = 0
LONGEST = 1 << 24  # bytes: so much may be said that nobody reads yet


class Heard(asyncio.StreamReaderProtocol):
    """A pipe that is read from; `closed` is done when both of its ends are."""

    def __init__(self) -> None:
        self.reader = asyncio.StreamReader(LONGEST)
        self.closed = asyncio.get_running_loop().create_future()
        super().__init__(self.reader)

    def eof_received(self) -> bool:
        super().eof_received()
        return False  # nothing more comes: uvloop would keep our end open

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.closed.set_result(None)

    async def open(self) -> int:
        """The end to write to."""
        ours, theirs = os.pipe()
        await asyncio.get_running_loop().connect_read_pipe(lambda: self, os.fdopen(ours, "rb", 0))
        return theirs


class Forked:
    """What the tests use of `asyncio.subprocess.Process`; its input takes short lines."""

    def __init__(self, *, told: Heard, out: Heard | None, err: Heard | None, stdin: int) -> None:
        self.pid = 0
        self.returncode: int | None = None
        self.stdout, self.stderr = (heard and heard.reader for heard in (out, err))
        self._told = told.reader
        self._pipes = [heard.closed for heard in (told, out, err) if heard]
        self._stdin = stdin

    async def begun(self) -> Self:
        """Return when it runs."""
        self.pid = int(await self._told.readline())
        self._ended = asyncio.create_task(self._end())
        return self

    async def wait(self) -> int:
        """Its exit code; negative where a signal ended it."""
        return await asyncio.shield(self._ended)

    async def communicate(self, _input: bytes = b"") -> tuple[bytes, bytes]:
        """Close its input; what else it said until its end."""
        self._close_input()
        await self.wait()
        out, err = [await heard.read() if heard else b"" for heard in (self.stdout, self.stderr)]
        return out, err

    def tell(self, line: str) -> None:
        """Write a line to its input."""
        os.write(self._stdin, f"{line}\n".encode())

    def send_signal(self, number: int) -> None:
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    async def _end(self) -> int:
        self.returncode = int(await self._told.readline())
        self._close_input()
        await asyncio.gather(*self._pipes)
        return self.returncode

    def _close_input(self) -> None:
        if self._stdin != OUR_OWN:
            os.close(self._stdin)
            self._stdin = OUR_OWN


async def forked(
    module: str,
    *arguments: str,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    stdin: int | None = None,
    stdout: int | None = None,
    stderr: int | None = None,
) -> Forked:
    """Run `python -m module`; each stream is a PIPE or else our own."""
    order = Order(module, arguments, str(cwd), dict(os.environ if env is None else env))
    their_input, our_input = os.pipe() if stdin == PIPE else (OUR_OWN, OUR_OWN)
    told, out, err = Heard(), *(Heard() if wanted == PIPE else None for wanted in (stdout, stderr))
    streams = [their_input, 1, 2, await told.open()]
    for number, heard in ((1, out), (2, err)):
        if heard:
            streams[number] = await heard.open()
    order.send(_control(), streams)
    for number, stream in enumerate(streams):
        if stream != number:
            os.close(stream)
    return await Forked(told=told, out=out, err=err, stdin=our_input).begun()


@cache
def _control() -> socket.socket:
    """The way to the server, which ends with this process."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-m", "tests.support.fork_server", str(theirs.fileno())]
    server = subprocess.Popen(command, cwd=ROOT, pass_fds=(theirs.fileno(),))
    theirs.close()

    def end() -> None:
        ours.close()
        server.wait()

    atexit.register(end)
    return ours
