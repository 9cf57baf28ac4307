"""What is let go makes room for what comes, and is found without reading all that stays."""

from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text, update
from sqlalchemy import event as hooks

from bot.clock import ManualClock, to_ms
from bot.commands.check_local import backlog_line, look_at_database
from bot.delivery.emitter import Emitter
from bot.features.audit.service import AuditService
from bot.outbox.backlog import Backlog, read_backlog
from bot.outbox.endpoints import Endpoint
from bot.outbox.held_limits import WaitingDeliveries
from bot.outbox.retention import EndedDeliveries
from bot.outbox.tables import DeliveryState, EndpointState, endpoint
from bot.storage.database import Database
from tests.conftest import START, OpenEmitter
from tests.support.emitter_setup import add_endpoint, change_state, config_for
from tests.support.old_deliveries import ended, run, whole
from tests.support.rows import add, make_endpoint, plan

DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
A_DAY = 900  # deliveries
FIXED = ("SELECT", "UPDATE delivery", "DELETE")

Asked = list[tuple[str, Any]]


async def pages(database: Database) -> tuple[int, int]:
    """The file's pages in all, and those of them that are free."""
    async with database.reading() as reading:
        names = ("page_count", "freelist_count")
        found = [(await reading.execute(text(f"PRAGMA {name}"))).scalar_one() for name in names]
    return found[0], found[1]


@pytest.fixture
async def file(sqlite_url: str) -> AsyncGenerator[Database]:
    """A database in a file of its own."""
    database = Database(sqlite_url)
    await database.open()
    yield database
    await database.close()


@pytest.mark.thorough("seconds of load")
async def test_the_file_stops_growing_under_steady_load(file: Database) -> None:
    database = file
    endpoints = [await make_endpoint(database) for _ in range(3)]
    empty = (await pages(database))[0]
    pruner = EndedDeliveries(database, delivered=WEEK, failed=MONTH)
    sizes: list[int] = []
    for day in range(30):
        now = datetime(2026, 5, 1, tzinfo=UTC) + day * DAY
        await ended(database, now, *endpoints, count=A_DAY // 3)
        await run(pruner.prune(now))
        sizes.append((await pages(database))[0])

    assert len(await whole(database)) == 7 * A_DAY
    # A week fills it; after that it holds what it held, though its pages change hands.
    assert sizes[6] - empty > 6 * (sizes[0] - empty)
    assert max(sizes[10:]) <= 1.03 * max(sizes[:10])


@contextmanager
def asked() -> Generator[Asked]:
    """The statements that SQLAlchemy sends meanwhile, as the driver gets them."""
    statements: Asked = []

    def note(
        _connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
    ) -> None:
        if statement.startswith(FIXED):
            statements.append((statement, parameters))

    hooks.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        hooks.remove(Engine, "before_cursor_execute", note)


async def plans(database: Database, statements: Asked) -> list[str]:
    """How the engine would run each of them."""
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    found: list[str] = []
    async with database.transaction() as tx:
        for statement, parameters in statements:
            connection = tx._connection  # pyright: ignore[reportPrivateUsage] the driver's own words
            rows = await connection.exec_driver_sql(explain + statement, parameters)
            found.append("\n".join([statement, *(str(row[-1]) for row in rows)]))
    return found


@pytest.fixture
async def crowded(emitter: OpenEmitter, clock: ManualClock) -> Emitter:
    """Sixteen thousand deliveries that ended lately; a few old, held, missed or on their way."""
    running = await emitter(start=False)
    database = running.database
    endpoints: list[Endpoint] = []
    for name in ("paused", "busy"):
        url, patterns = "https://example.com/", ("member.*",)
        endpoints.append((await add_endpoint(running, url, name=name, patterns=patterns))[0])
    paused, busy = endpoints
    await change_state(running, paused.id, EndpointState.PAUSED)
    long_ago = clock.now() - 2 * MONTH
    async with database.transaction() as tx:
        await tx.execute(update(endpoint).values(changed_at=long_ago))
    await ended(database, long_ago, *endpoints, count=30)
    for state in (DeliveryState.PENDING, DeliveryState.MISSED):
        await add(database, plan(paused, state=state, due_at=to_ms(long_ago)))
    yesterday = to_ms(clock.now() - DAY)
    for _ in range(20):
        state = DeliveryState.DELIVERED
        await add(database, *(plan(*endpoints, state=state, due_at=yesterday) for _ in range(400)))
    for state, number in ((DeliveryState.PENDING, 2), (DeliveryState.DELIVERING, 3)):
        moment = to_ms(clock.now() - timedelta(minutes=3))
        planned = [plan(busy, state=state, due_at=moment) for _ in range(number)]
        await add(database, *planned)
    async with database.transaction() as tx:
        await tx.execute(text("ANALYZE"))
    return running


async def test_no_sweep_reads_all_deliveries(crowded: Emitter, clock: ManualClock) -> None:
    database = crowded.database
    audit = AuditService(crowded.outbox, clock)
    with asked() as statements:
        await run(WaitingDeliveries(database, audit).prune(clock.now()))
        await run(EndedDeliveries(database, delivered=WEEK, failed=MONTH).prune(clock.now()))

    found = await plans(database, statements)
    assert len(found) > 10
    for plan_of in found:
        scans = [line for line in plan_of.splitlines() if "SCAN " in line or "Seq Scan" in line]
        partial = ("delivery_missed", "delivery_due")
        assert not [
            line
            for line in scans
            if ("delivery" in line or "attempt" in line or "body" in line)
            and not any(name in line for name in partial)
        ], plan_of
    for index in ("delivery_missed", "delivery_due", "delivery_event"):
        assert any(index in plan_of for plan_of in found)


async def test_the_backlog_is_counted_by_what_it_waits_for(
    crowded: Emitter, clock: ManualClock
) -> None:
    async with crowded.database.reading() as reading:
        found = await read_backlog(reading, clock.now())

    assert found.size > 500_000
    assert found == Backlog(
        pending=2,
        delivering=3,
        held=1,
        missed=1,
        ended=16_060,
        overdue=timedelta(minutes=3),
        size=found.size,
    )
    assert found.waiting == 5


async def test_an_empty_backlog_is_all_zeros(database: Database) -> None:
    async with database.reading() as reading:
        found = await read_backlog(reading, START)
    assert found.size > 50_000
    assert found == Backlog(0, 0, 0, 0, 0, timedelta(), found.size)


async def test_the_check_tells_it_in_a_line(crowded: Emitter, database_url: str) -> None:
    findings, _ = await look_at_database(config_for(database_url))
    (told,) = [one.text for one in findings if one.name == "deliveries"]
    assert told.startswith("5 waiting")
    assert "; 1 held, 1 missed; 16,060 have ended and are kept; " in told


@pytest.mark.parametrize(
    ("overdue", "told"),
    [
        (timedelta(seconds=59), "12 waiting; "),
        (timedelta(minutes=3, seconds=50), "12 waiting, the oldest for 3 min; "),
        (timedelta(hours=5), "12 waiting, the oldest for 5 h; "),
        (timedelta(days=2, hours=23), "12 waiting, the oldest for 2 d; "),
    ],
)
def test_the_oldest_is_told_in_the_largest_unit(overdue: timedelta, told: str) -> None:
    rest = "2 held, 3 missed; 1,204 have ended and are kept; 4.2 MB"
    assert backlog_line(Backlog(10, 2, 2, 3, 1204, overdue, 4_200_000)) == told + rest
