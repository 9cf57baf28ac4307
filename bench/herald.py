"""Herald itself: `record` from many tasks, or a use case, until every outcome is stored."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import func, select, text

from bench.load import FIRST_GUILD, SECRET, Load, Outcome, event, spread, timed
from bot.catalogue.security import AuditDraft
from bot.clock import SystemClock
from bot.config import Config, Database, Secrets
from bot.delivery.emitter import Emitter
from bot.delivery.guard import GuardPolicy
from bot.features.audit.service import AuditService
from bot.outbox.endpoints import NewEndpoint
from bot.outbox.tables import DeliveryState, attempt, delivery

LOOK_EVERY = 0.01  # seconds between looks for rows that wait in the database
OPEN = (DeliveryState.PENDING, DeliveryState.DELIVERING)
OK = 200

Prepare = Callable[[Emitter], Awaitable[Callable[[int], Awaitable[None]]]]


async def record(load: Load) -> Outcome:
    """`record` from every task; the end is when the last outcome is committed."""

    async def prepared(emitter: Emitter) -> Callable[[int], Awaitable[None]]:
        async def one(number: int) -> None:
            guild_id = FIRST_GUILD + number % load.endpoints
            await emitter.outbox.record(event(number, guild_id))

        return one

    return await _measured(load, prepared)


async def use_case(load: Load) -> Outcome:
    """A service writes its row and emits, in one transaction for every caller."""

    async def prepared(emitter: Emitter) -> Callable[[int], Awaitable[None]]:
        audit = AuditService(emitter.outbox, emitter.clock)

        async def one(number: int) -> None:
            draft = AuditDraft(
                guild_id=FIRST_GUILD + number % load.endpoints,
                event_type="settings.changed",
                summary=f"harbour_master changed setting number {number}.",
                target_type="settings",
                actor_id=FIRST_GUILD,
                actor_name="harbour_master",
            )
            async with emitter.database.transaction() as tx:
                await audit.write(tx, draft)

        return one

    return await _measured(load, prepared)


async def drained(emitter: Emitter) -> None:
    """Return when no delivery is owed any more, in memory or in the database."""
    while True:
        await emitter.worker.idle()
        if not await _any_open(emitter):
            return
        await asyncio.sleep(LOOK_EVERY)


async def settled(emitter: Emitter) -> int:
    """How many deliveries are stored as delivered, each with its attempt."""
    query = (
        select(func.count())
        .select_from(delivery)
        .join(attempt, attempt.c.delivery_id == delivery.c.id)
        .where(delivery.c.state == DeliveryState.DELIVERED.value, attempt.c.status == OK)
    )
    async with emitter.database.reading() as reading:
        return int((await reading.execute(query)).scalar_one())


async def _measured(load: Load, prepared: Prepare) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="herald-bench-") as folder:
        file = Path(folder) / "herald.db"
        async with _emitter(load, file) as emitter:
            one = await prepared(emitter)
            empty = await _pages(emitter)
            await spread(load, load.warm_up, one)
            await drained(emitter)
            seconds = await timed(_all_of_it(load, emitter, one))
            delivered = await settled(emitter)
            grown = await _pages(emitter) - empty
    return Outcome(seconds, delivered, delivered - load.warm_up, grown / delivered)


async def _all_of_it(load: Load, emitter: Emitter, one: Callable[[int], Awaitable[None]]) -> None:
    await spread(load, load.deliveries, one)
    await drained(emitter)


@asynccontextmanager
async def _emitter(load: Load, file: Path) -> AsyncGenerator[Emitter]:
    """An emitter of its own, started, with one endpoint in each of as many guilds."""
    config = Config(
        database=Database(url=f"sqlite:///{file}", synchronous="NORMAL"),
        secrets=Secrets(key_file=file.with_name("herald.key")),
    )
    policy = GuardPolicy().allowing("127.0.0.1", load.port)
    emitter = await Emitter.open(config, SystemClock(), policy=policy)
    await emitter.start()
    try:
        await _add_endpoints(emitter, load)
        yield emitter
    finally:
        await emitter.stop()


async def _any_open(emitter: Emitter) -> bool:
    async with emitter.database.reading() as reading:
        for state in OPEN:  # each has a partial index of its own
            query = select(delivery.c.id).where(text(f"state = {state.value}")).limit(1)
            if (await reading.execute(query)).first() is not None:
                return True
    return False


async def _pages(emitter: Emitter) -> int:
    """Bytes of the database's pages, wherever they are written so far."""
    async with emitter.database.reading() as reading:
        count = (await reading.execute(text("PRAGMA page_count"))).scalar_one()
        size = (await reading.execute(text("PRAGMA page_size"))).scalar_one()
    return int(count) * int(size)


async def _add_endpoints(emitter: Emitter, load: Load) -> None:
    async with emitter.database.transaction() as tx:
        for number in range(load.endpoints):
            guild_id, url = FIRST_GUILD + number, emitter.guard.parse(load.url(number)).text
            new = NewEndpoint(guild_id, f"receiver {number}", url, "phantom", ("*",), FIRST_GUILD)
            await emitter.book.add(tx, new, emitter.clock.now(), secret=SECRET)
