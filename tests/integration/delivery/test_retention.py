"""The runner lets go hourly, in the order it was given, and nothing stops the next sweep."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, insert, select

from bot.app import App
from bot.catalogue.security import AuditDraft
from bot.clock import ManualClock
from bot.delivery.retention import EVERY, FIRST, Retention
from bot.features.audit import store
from bot.features.audit.tables import audit_entry
from bot.features.members.store import guild_sight
from bot.outbox.retention import EndedDeliveries, Prunes
from bot.outbox.tables import delivery, event
from bot.storage.database import Database
from tests.support.emitter_setup import GUILD, config_for
from tests.support.loops import turn
from tests.support.old_deliveries import ended, whole
from tests.support.patience import PATIENCE
from tests.support.postgres import PostgresServer
from tests.support.rows import make_endpoint, rows

DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
MANY = 2_000


def pruner(database: Database) -> EndedDeliveries:
    return EndedDeliveries(database, delivered=WEEK, failed=MONTH)


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Return when it holds."""
    async with asyncio.timeout(PATIENCE):
        while not await true():
            await turn()


async def left(database: Database) -> int:
    async with database.reading() as reading:
        return (await reading.execute(select(func.count()).select_from(delivery))).scalar_one()


async def test_it_sweeps_a_minute_after_the_start_and_hourly(
    database: Database, clock: ManualClock
) -> None:
    endpoint = await make_endpoint(database)
    began = clock.now()
    await ended(database, began - WEEK, endpoint)
    await ended(database, began - WEEK + timedelta(seconds=FIRST + EVERY), endpoint)
    await ended(database, began - WEEK + timedelta(seconds=FIRST + EVERY + 1), endpoint)
    retention = Retention({"ended": pruner(database)}, clock)
    retention.start()
    await asleep(clock)
    clock.advance(FIRST - 1)
    await asleep(clock)
    assert await left(database) == 3

    clock.advance(1)
    await until(lambda: holds(database, 2))
    await asleep(clock)
    clock.advance(EVERY)
    await until(lambda: holds(database, 1))
    await asleep(clock)
    assert await left(database) == 1
    await retention.stop()


async def holds(database: Database, count: int) -> bool:
    return await left(database) == count


async def asleep(clock: ManualClock) -> None:
    """Return when the runner waits for its next sweep."""

    async def waits() -> bool:
        return clock.next_due() is not None

    await until(waits)


class Broken:
    """Fails after its first step."""

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        yield 1
        raise ZeroDivisionError


async def test_one_that_fails_keeps_no_other_back(database: Database, clock: ManualClock) -> None:
    endpoint = await make_endpoint(database)
    await ended(database, clock.now() - WEEK, endpoint, count=3)
    prunes: dict[str, Prunes] = {"broken": Broken(), "ended": pruner(database)}
    with structlog.testing.capture_logs() as logs:
        await Retention(prunes, clock).sweep(clock.now())
    assert await left(database) == 0
    assert [(line["event"], line.get("what"), line.get("rows")) for line in logs] == [
        ("retention.let_go", "broken", 1),
        ("retention.failed", None, None),
        ("retention.let_go", "ended", 6),
    ]


async def test_stopped_in_the_middle_the_next_run_goes_on(
    database: Database, clock: ManualClock
) -> None:
    endpoint = await make_endpoint(database)
    await ended(database, clock.now() - WEEK, endpoint, count=MANY)
    kept = await ended(database, clock.now(), endpoint)
    retention = Retention({"ended": pruner(database)}, clock)
    retention.start()
    await asleep(clock)
    clock.advance(FIRST)

    async def has_begun() -> bool:
        return await left(database) <= MANY

    await until(has_begun)
    await retention.stop()
    halfway = len(await whole(database))
    assert 1 < halfway <= MANY

    retention.start()
    await asleep(clock)
    clock.advance(FIRST)
    await until(lambda: holds(database, 1))
    await retention.stop()
    assert sorted(await whole(database)) == kept


class Cutting:
    """Ends every connection to the database after each step that let something go."""

    def __init__(self, inner: Prunes, cut: Callable[[], Awaitable[None]]) -> None:
        self._inner = inner
        self._cut = cut

    async def prune(self, now: datetime) -> AsyncGenerator[int]:
        async for gone in self._inner.prune(now):
            if gone:
                await self._cut()
            yield gone


async def test_a_database_that_goes_away_is_met_again_an_hour_later(
    postgres: PostgresServer, postgres_url: str, clock: ManualClock
) -> None:
    database = Database(postgres_url)
    await database.open()
    endpoint = await make_endpoint(database)
    await ended(database, clock.now() - WEEK, endpoint, count=MANY)
    name = postgres_url.partition("?")[0].rpartition("/")[2]
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"

    async def cut() -> None:
        await postgres.execute(end.format(name=name))

    retention = Retention({"ended": Cutting(pruner(database), cut)}, clock)
    for hour in range(100):
        await retention.sweep(clock.now() + timedelta(hours=hour))
        if await left(database) == 0:
            break
    assert await left(database) == 0
    assert await rows(database, event) == []
    await database.close()


async def test_a_clock_set_wrong_for_a_while_costs_nothing(
    database: Database, clock: ManualClock
) -> None:
    endpoint = await make_endpoint(database)
    await ended(database, clock.now(), endpoint)
    clock.now()
    retention = Retention({"ended": pruner(database)}, clock)
    retention.start()
    await asleep(clock)
    clock.set_by(400 * 86_400)
    clock.advance(FIRST)
    await asleep(clock)
    assert await left(database) == 1
    clock.set_by(-400 * 86_400)
    clock.advance(EVERY)
    await asleep(clock)
    assert await left(database) == 1
    clock.advance(8 * 86_400)
    await until(lambda: holds(database, 0))
    await retention.stop()


async def entries(database: Database, at: datetime, count: int) -> None:
    async with database.transaction() as tx:
        for number in range(count):
            draft = AuditDraft(GUILD, "endpoint.created", f"Entry {number}.", "endpoint")
            await store.add(tx, draft, at)


async def test_the_application_sweeps_everything_by_its_settings(
    database_url: str, clock: ManualClock
) -> None:
    config = config_for(database_url, keep_delivered_days=2)
    app = await App.open(config, clock)
    database = app.emitter.database
    endpoint = await make_endpoint(database)
    await ended(database, clock.now() - 2 * DAY, endpoint)
    await ended(database, clock.now() - DAY, endpoint)
    await entries(database, clock.now() - timedelta(days=366), 1)
    async with database.transaction() as tx:
        seen = clock.now() - timedelta(days=31)
        await tx.execute(insert(guild_sight).values(guild_id=GUILD, seen_at=seen))
    await app.start()
    await turn()
    clock.advance(FIRST)

    async def all_is_swept() -> bool:
        nothing = not await rows(database, audit_entry)
        async with database.reading() as reading:
            gone = (await reading.execute(select(guild_sight))).one_or_none() is None
        return nothing and gone and await left(database) == 1

    await until(all_is_swept)
    await app.stop()
