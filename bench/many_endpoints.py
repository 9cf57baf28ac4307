"""Many endpoints: what a process that knows ten thousand of them takes to start, and to record."""

import gc
import tempfile
from dataclasses import replace
from pathlib import Path

from bench.emitting import add_endpoints, file_url, opened, started
from bench.herald import SHARE, measured
from bench.holding import resident
from bench.load import FIRST_GUILD, Load, Outcome, event, timed
from bot.delivery.emitter import Emitter


async def run(load: Load) -> Outcome:
    """Deliveries a second to all of them; seconds and megabytes of a start that finds them."""
    many = load.sizes.many
    with tempfile.TemporaryDirectory(prefix="herald-bench-") as folder:
        url = file_url(Path(folder) / "herald.db")
        emitter = await opened(url, load.port)
        async with started(emitter):
            await add_endpoints(emitter, [load.url(number) for number in range(many)])
        gc.collect()
        before, found = resident(), list[Emitter]()

        async def start() -> None:
            found.append(await opened(url, load.port))
            await found[0].start()

        seconds = await timed(start())
        held = resident() - before
        outcome = await _recorded(load, found[0], many)
    numbers = {"start": seconds * 1e3, "memory": max(held, 0.0)}
    return replace(outcome, numbers={**outcome.numbers, **numbers})


async def _recorded(load: Load, emitter: Emitter, many: int) -> Outcome:
    async def one(number: int) -> None:
        guild_id = FIRST_GUILD + number * 7919 % many
        await emitter.outbox.record(event(number, guild_id))

    try:
        return await measured(load, emitter, one, load.sizes.deliveries // SHARE)
    finally:
        await emitter.stop()
