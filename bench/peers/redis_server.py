"""A Redis of the run's own, from the system's redis-server."""

import asyncio
import shutil
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from tempfile import TemporaryDirectory

from bench.load import NotMeasured

START_UP = 10.0  # seconds
READY = b"Ready to accept connections"
# What both peers' documentation asks for, and what SQLite's NORMAL is like: a crash of the program
# loses nothing, a crash of the machine what was not yet written out.
DURABILITY = "appendfsync everysec"
SETTINGS = (
    *("--bind", "127.0.0.1", "--appendonly", "yes", "--appendfsync", "everysec", "--save", ""),
    *("--maxmemory-policy", "noeviction", "--daemonize", "no"),
)


@asynccontextmanager
async def serving() -> AsyncGenerator[int]:
    """The port on which it listens, until the end."""
    program = shutil.which("redis-server")
    if program is None:
        raise NotMeasured("no redis-server")
    port = _free_port()
    with TemporaryDirectory(prefix="herald-redis-") as folder:
        process = await asyncio.create_subprocess_exec(
            *(program, *SETTINGS, "--port", str(port), "--dir", folder),
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            assert process.stdout is not None
            async with asyncio.timeout(START_UP):
                while READY not in (line := await process.stdout.readline()):
                    if not line:
                        raise RuntimeError("redis-server ended before it was ready")
            yield port
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])
