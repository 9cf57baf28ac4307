"""Herald itself: `record` from many tasks, or a use case, until every outcome is stored."""

import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic_ns

from bench.emitting import add_endpoints, drained, file_url, opened, pages, settled, started
from bench.load import FIRST_GUILD, Load, Outcome, event, paced, rated, spread, timed
from bot.catalogue.security import AuditDraft
from bot.delivery.emitter import Emitter
from bot.features.audit.service import AuditService

SHARE = 8  # a use case is slower, and shows its rate with so many times fewer

One = Callable[[int], Awaitable[None]]


async def record(load: Load) -> Outcome:
    """`record` from every task; the end is when the last outcome is committed."""
    async with emitter_on_file(load) as emitter:

        async def one(number: int) -> None:
            guild_id = FIRST_GUILD + number % load.sizes.endpoints
            await emitter.outbox.record(event(number, guild_id))

        empty = await pages(emitter)
        outcome = await measured(load, emitter, one, load.sizes.deliveries)
        grown = await pages(emitter) - empty
    return replace(outcome, numbers={**outcome.numbers, "disk": grown / outcome.delivered})


async def use_case(load: Load) -> Outcome:
    """A service writes its row and emits, in one transaction for every caller."""
    async with emitter_on_file(load) as emitter:
        audit = AuditService(emitter.outbox, emitter.clock)

        async def one(number: int) -> None:
            draft = AuditDraft(
                guild_id=FIRST_GUILD + number % load.sizes.endpoints,
                event_type="settings.changed",
                summary=f"harbour_master changed setting number {number}.",
                target_type="settings",
                actor_id=FIRST_GUILD,
                actor_name="harbour_master",
            )
            async with emitter.database.transaction() as tx:
                await audit.write(tx, draft)

        return await measured(load, emitter, one, load.sizes.deliveries // SHARE)


async def steady(load: Load) -> Outcome:
    """One event after the other at an even pace, from `record` to its receipt."""
    sizes = load.sizes
    sent: dict[str, int] = {}
    async with emitter_on_file(load) as emitter:

        async def one(number: int, _moment: int) -> None:
            began = monotonic_ns()
            uuid = await emitter.outbox.record(
                event(number, FIRST_GUILD + number % sizes.endpoints)
            )
            sent[str(uuid)] = began

        await paced(sizes.pace, sizes.warm_up // 10, one)
        sent.clear()
        await paced(sizes.pace, sizes.paced, one)
        await drained(emitter)
    return Outcome({}, sent=sent)


async def measured(load: Load, emitter: Emitter, one: One, deliveries: int) -> Outcome:
    """So many of them from every task, until the last outcome is committed."""
    sizes = load.sizes

    async def all_of_it() -> None:
        await spread(sizes.tasks, deliveries, one)
        await drained(emitter)

    await spread(sizes.tasks, sizes.warm_up, one)
    await drained(emitter)
    seconds = await timed(all_of_it())
    return rated(seconds, deliveries, settled=await settled(emitter), warm_up=sizes.warm_up)


@asynccontextmanager
async def emitter_on_file(load: Load) -> AsyncGenerator[Emitter]:
    """Started on a file of its own, with one endpoint in each of as many guilds."""
    with tempfile.TemporaryDirectory(prefix="herald-bench-") as folder:
        emitter = await opened(file_url(Path(folder) / "herald.db"), load.port)
        async with started(emitter):
            await add_endpoints(emitter, [load.url(n) for n in range(load.sizes.endpoints)])
            yield emitter
