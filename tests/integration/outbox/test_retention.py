"""Ended deliveries go when they are old, whole, and whatever else happens to them meanwhile."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.clock import to_ms
from bot.outbox import endpoint_store, retention
from bot.outbox.requeue import Requeue, requeue
from bot.outbox.retention import Ages, EndedDeliveries, let_go, look
from bot.outbox.tables import DeliveryState, event
from bot.storage.database import Database
from tests.support.cancel_at_await import interrupted
from tests.support.loops import turn
from tests.support.old_deliveries import ended, run, whole
from tests.support.patience import PATIENCE
from tests.support.rows import add, attempts, make_endpoint, plan, requeued, rows, states

NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
WEEK, MONTH = timedelta(days=7), timedelta(days=30)
MOMENT = timedelta(milliseconds=1)
FAILED, PENDING = DeliveryState.FAILED, DeliveryState.PENDING
AGES = Ages(NOW - WEEK, NOW - MONTH)
MANY = 2 * retention.TOGETHER + 30


def pruner(database: Database) -> EndedDeliveries:
    return EndedDeliveries(database, delivered=WEEK, failed=MONTH)


async def test_delivered_ones_stay_a_week_and_failed_ones_a_month(database: Database) -> None:
    endpoint = await make_endpoint(database)
    await ended(database, NOW - MONTH, endpoint, state=FAILED, count=2)
    kept = await ended(database, NOW - MONTH + MOMENT, endpoint, state=FAILED)
    await ended(database, NOW - WEEK, endpoint, count=3)
    kept += await ended(database, NOW - WEEK + MOMENT, endpoint)

    assert await run(pruner(database).prune(NOW)) == 10  # five deliveries and their events

    assert sorted(await whole(database)) == kept
    assert len(await rows(database, event)) == 2
    assert [id for id, *_ in await attempts(database)] == kept
    assert await run(pruner(database).prune(NOW)) == 0


async def test_what_has_not_ended_or_ended_lately_stays_however_old_its_event(
    database: Database,
) -> None:
    endpoint = await make_endpoint(database)
    old = NOW - 3 * MONTH
    waiting = [DeliveryState.PENDING, DeliveryState.DELIVERING, DeliveryState.MISSED]
    await add(database, *(plan(endpoint, state=state, due_at=to_ms(old)) for state in waiting))
    await ended(database, NOW - timedelta(days=1), endpoint, began=old)
    await ended(database, NOW - WEEK, endpoint, state=FAILED, began=old)

    assert await run(pruner(database).prune(NOW)) == 0

    assert len(await whole(database)) == 5


async def test_an_event_stays_for_as_long_as_anybody_is_owed_it(database: Database) -> None:
    one, other = await make_endpoint(database), await make_endpoint(database)
    ids = await ended(database, NOW - MONTH, one, other)
    await requeued(database, Requeue(other.id, (DeliveryState.DELIVERED,)), to_ms(NOW))

    assert await run(pruner(database).prune(NOW)) == 1
    assert await whole(database) == {ids[1]}


async def test_events_of_deleted_endpoints_go(database: Database) -> None:
    endpoint, other = await make_endpoint(database), await make_endpoint(database)
    await ended(database, NOW - WEEK, endpoint, count=MANY)
    await ended(database, NOW, endpoint)
    kept = await ended(database, NOW, other)
    async with database.transaction() as tx:
        await endpoint_store.remove(tx, endpoint.id)

    assert await run(pruner(database).prune(NOW)) == MANY

    assert sorted(await whole(database)) == kept
    # The one from now is young: it goes with its time.
    assert len(await rows(database, event)) == 2
    assert await run(pruner(database).prune(NOW + WEEK)) == 3


async def test_a_clock_that_was_wrong_for_a_while_holds_up_nothing(database: Database) -> None:
    endpoint = await make_endpoint(database)
    late = await ended(database, NOW + 12 * MONTH, endpoint)
    await ended(database, NOW - WEEK, endpoint, count=retention.LOOKED_AT + 1)

    await run(pruner(database).prune(NOW))

    assert sorted(await whole(database)) == late


async def test_a_transaction_is_short(database: Database) -> None:
    endpoint = await make_endpoint(database)
    await ended(database, NOW - WEEK, endpoint, count=MANY)

    steps = [gone async for gone in pruner(database).prune(NOW) if gone]

    # Beside each delivery goes its event; an attempt and a body go with them.
    assert steps == [2 * retention.TOGETHER, 2 * retention.TOGETHER, 60]


@pytest.mark.parametrize("late", [False, True])
async def test_stopped_anywhere_it_leaves_everything_whole(database: Database, late: bool) -> None:
    endpoint, other = await make_endpoint(database), await make_endpoint(database)
    kept = await ended(database, NOW, endpoint)
    await ended(database, NOW - WEEK, endpoint, other, count=100)
    point = 1
    while await interrupted(run(pruner(database).prune(NOW)), point, late=late):
        point += 3
        left = await whole(database)
        assert set(kept) <= set(left)
        if len(left) == 1:
            await ended(database, NOW - WEEK, endpoint, other, count=100)
    assert point > 10

    await run(pruner(database).prune(NOW))
    assert sorted(await whole(database)) == kept


async def test_one_sent_again_between_the_look_and_the_deletion_stays(database: Database) -> None:
    endpoint = await make_endpoint(database)
    first, second, third = await ended(database, NOW - MONTH, endpoint, state=FAILED, count=3)
    async with database.reading() as reading:
        old = await look(reading, AGES, 0)
    assert [id for id, _ in old.deliveries] == [first, second, third]
    again = Requeue(endpoint.id, (FAILED,), delivery_id=second)
    assert await requeued(database, again, to_ms(NOW)) == [second]

    async with database.transaction() as tx:
        assert await let_go(tx, AGES, [first, second, third]) == 2

    assert await states(database) == {second: PENDING}


async def test_one_being_sent_again_is_not_waited_for(postgres_url: str) -> None:
    database = Database(postgres_url)
    await database.open()
    endpoint = await make_endpoint(database)
    first, second = await ended(database, NOW - MONTH, endpoint, state=FAILED, count=2)
    async with database.transaction() as tx:
        again = Requeue(endpoint.id, (FAILED,), delivery_id=second)
        assert await requeue(tx, again, [second], NOW) == [second]
        async with asyncio.timeout(PATIENCE):
            assert await asyncio.create_task(run(pruner(database).prune(NOW))) == 2

    assert await states(database) == {second: PENDING}
    assert await whole(database) == {second}
    assert first not in await states(database)
    await database.close()


async def test_one_being_deleted_is_not_sent_again(postgres_url: str) -> None:
    database = Database(postgres_url)
    await database.open()
    endpoint = await make_endpoint(database)
    ids = await ended(database, NOW - MONTH, endpoint, state=FAILED, count=3)
    async with database.transaction() as tx:
        assert await let_go(tx, AGES, ids[:2]) == 2
        again = Requeue(endpoint.id, (FAILED,))
        sending = asyncio.create_task(requeued(database, again, to_ms(NOW)))
        await blocked(database)

    assert await sending == ids[2:]
    assert await states(database) == {ids[2]: PENDING}
    await database.close()


async def blocked(database: Database) -> None:
    """Return when some statement waits for another's rows."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.reading() as reading:
                if (await reading.execute(waiting)).scalar_one():
                    return
            await turn()


@pytest.mark.thorough("thousands of rows")
async def test_sending_again_while_it_sweeps_loses_and_resurrects_nothing(
    database: Database,
) -> None:
    endpoint = await make_endpoint(database)
    ids = await ended(database, NOW - MONTH, endpoint, state=FAILED, count=MANY)
    sent: list[int] = []

    async def send_again(*wanted: int) -> None:
        for id in wanted:
            again = Requeue(endpoint.id, (FAILED,), delivery_id=id)
            if await requeued(database, again, to_ms(NOW)):
                sent.append(id)

    *others, last = ids
    await send_again(last)  # one at least is faster, whatever the machine does
    await asyncio.gather(run(pruner(database).prune(NOW)), send_again(*reversed(others)))

    assert 0 < len(sent) < MANY
    assert await states(database) == dict.fromkeys(sorted(sent), PENDING)
    assert sorted(await whole(database)) == sorted(sent)


async def test_two_processes_at_once_share_the_work(postgres_url: str) -> None:
    one, other = Database(postgres_url), Database(postgres_url)
    await one.open()
    await other.open()
    endpoints = [await make_endpoint(one), await make_endpoint(one)]
    await ended(one, NOW - WEEK, *endpoints, count=MANY)
    kept = await ended(one, NOW, *endpoints)

    gone = await asyncio.gather(*(run(pruner(each).prune(NOW)) for each in (one, other)))
    assert sorted(await whole(one)) == kept
    # An event whose two deliveries went in two places at one moment is left to the next walk.
    assert sum(gone) + await run(pruner(other).prune(NOW)) == 3 * MANY
    assert len(await rows(one, event)) == 1
    await one.close()
    await other.close()
