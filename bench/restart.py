"""A start that finds a backlog: how fast what a stopped process left is sent."""

import tempfile
from pathlib import Path

from bench.emitting import change_all, child, drained, file_url, opened, settled, started
from bench.load import Load, Outcome, rated, timed
from bot.delivery.emitter import Emitter
from bot.outbox.tables import EndpointState


async def run(load: Load) -> Outcome:
    """From the start to the last outcome committed."""
    sizes = load.sizes
    with tempfile.TemporaryDirectory(prefix="herald-bench-") as folder:
        url = file_url(Path(folder) / "herald.db")
        arguments = ("--deliveries", sizes.backlog, "--endpoints", sizes.endpoints)
        await child("bench.backlog", url, "--port", load.port, *arguments)
        emitter = await opened(url, load.port)
        await change_all(emitter, EndpointState.ACTIVE)
        seconds = await timed(_drain(emitter))
        done = await _settled(url, load.port)
    return rated(seconds, sizes.backlog, settled=done, warm_up=0)


async def _drain(emitter: Emitter) -> None:
    async with started(emitter):
        await drained(emitter)


async def _settled(url: str, port: int) -> int:
    emitter = await opened(url, port)
    try:
        return await settled(emitter)
    finally:
        await emitter.close()
