"""Adding and claiming: the hot statements do the same on both engines."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text

from bot.outbox import endpoint_store
from bot.outbox.endpoints import Endpoint
from bot.outbox.hot import ADD, CLAIM, SETTLE
from bot.outbox.rows import Claimed
from bot.outbox.tables import DeliveryState, body, event
from bot.storage.database import Database
from tests.support.patience import PATIENCE
from tests.support.rows import (
    NOW,
    add,
    attempts,
    by_endpoint,
    ids,
    make_endpoint,
    outcome,
    plan,
    rows,
)

LEASE = 60_000


async def claim(database: Database, *wanted: tuple[Endpoint, int], now: int = NOW) -> Claimed:
    claims = {endpoint.id: limit for endpoint, limit in wanted}
    dialects = by_endpoint([endpoint for endpoint, _ in wanted])
    return await database.hot(CLAIM, claims, dialects, now, now + LEASE)


async def test_add_writes_an_event_its_body_and_what_it_owes(database: Database) -> None:
    first, second = await make_endpoint(database), await make_endpoint(database)
    planned = plan(first, second, text=b'{"a":"\xc3\xbc"}')

    written = await database.hot(ADD, [planned])

    found = await rows(database)
    assert [[row["id"] for row in found]] == written
    assert [row["endpoint_id"] for row in found] == [first.id, second.id]
    assert [row["state"] for row in found] == [DeliveryState.PENDING] * 2
    assert [(row["attempt"], row["lease"]) for row in found] == [(0, 0)] * 2
    (stored,) = await rows(database, event)
    assert (stored["uuid"], stored["type"]) == (planned.uuid, "member.joined")
    assert [row["bytes"] for row in await rows(database, body)] == [b'{"a":"\xc3\xbc"}']


async def test_add_gives_every_id_to_the_delivery_it_belongs_to(database: Database) -> None:
    endpoints = [await make_endpoint(database) for _ in range(3)]
    planned = [plan(*endpoints[: 1 + number % 3]) for number in range(1_001)]

    written = await database.hot(ADD, planned)

    found = {row["id"]: row for row in await rows(database)}
    numbers = {row["uuid"]: row["id"] for row in await rows(database, event)}
    assert len(found) == sum(len(one.owed) for one in planned)
    for one, its in zip(planned, written, strict=True):
        assert [found[i]["endpoint_id"] for i in its] == [o.endpoint_id for o in one.owed]
        assert {found[i]["event_id"] for i in its} == {numbers[one.uuid]}


async def test_a_delivery_for_this_process_is_leased_from_the_start(database: Database) -> None:
    endpoint = await make_endpoint(database)
    await add(database, plan(endpoint, state=DeliveryState.DELIVERING, due_at=NOW + LEASE))

    (row,) = await rows(database)
    assert (row["state"], row["lease"]) == (DeliveryState.DELIVERING, 1)
    assert (await claim(database, (endpoint, 10))).due == []


async def test_an_endpoint_deleted_meanwhile_is_owed_nothing(database: Database) -> None:
    gone, stays = await make_endpoint(database), await make_endpoint(database)
    planned = plan(gone, stays)
    async with database.transaction() as tx:
        await endpoint_store.remove(tx, gone.id)

    ((nothing, something),) = await database.hot(ADD, [planned])

    assert nothing == 0
    assert [row["id"] for row in await rows(database)] == [something]


async def test_an_endpoint_that_is_being_deleted_is_waited_for(postgres_url: str) -> None:
    database = Database(postgres_url)
    await database.open()
    gone, stays = await make_endpoint(database), await make_endpoint(database)

    async with database.transaction() as tx:
        await endpoint_store.remove(tx, gone.id)
        adding = asyncio.create_task(add(database, plan(gone, stays)))
        await until_somebody_waits(database)
    nothing, something = await adding

    assert nothing == 0
    assert [row["id"] for row in await rows(database)] == [something]
    await database.close()


async def until_somebody_waits(database: Database) -> None:
    """Return when a statement waits for a lock."""
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.reading() as reading:
                if (await reading.execute(waiting)).scalar_one():
                    return


async def test_a_claim_brings_all_that_an_attempt_needs(database: Database) -> None:
    endpoint = await make_endpoint(database)
    planned = plan(endpoint, text=b"the very bytes", due_at=NOW - 5)
    (number,) = await add(database, planned)

    (due,) = (await claim(database, (endpoint, 10))).due

    assert (due.id, due.lease, due.endpoint_id) == (number, 1, endpoint.id)
    assert (due.event_uuid, due.event_type) == (planned.uuid, "member.joined")
    assert isinstance(due.event_uuid, UUID)
    assert (due.body, due.attempt, due.due_at) == (b"the very bytes", 0, NOW - 5)
    (row,) = await rows(database)
    assert (row["state"], row["lease"]) == (DeliveryState.DELIVERING, 1)
    assert row["due_at"].timestamp() * 1000 == NOW + LEASE


async def test_nothing_is_claimed_before_it_is_due(database: Database) -> None:
    endpoint = await make_endpoint(database)
    (number,) = await add(database, plan(endpoint, due_at=NOW + 1))

    early = await claim(database, (endpoint, 10))
    in_time = await claim(database, (endpoint, 10), now=NOW + 1)

    assert (early.due, early.next_due) == ([], {endpoint.id: NOW + 1})
    assert (ids(in_time.due), in_time.next_due) == ([number], {endpoint.id: None})


async def test_the_oldest_due_go_first_and_the_limit_holds(database: Database) -> None:
    one, other = await make_endpoint(database), await make_endpoint(database)
    ages = [3, 1, 4, 2, 5]
    numbers = await add(database, *(plan(one, due_at=NOW - age) for age in ages))
    others = await add(database, *(plan(other) for _ in range(4)))
    oldest_first = [number for _, number in sorted(zip(ages, numbers, strict=True), reverse=True)]

    first = await claim(database, (one, 2), (other, 3))
    second = await claim(database, (one, 2))
    third = await claim(database, (one, 2))

    assert sorted(ids(d for d in first.due if d.endpoint_id == one.id)) == sorted(oldest_first[:2])
    assert ids(d for d in first.due if d.endpoint_id == other.id) == others[:3]
    assert first.next_due == {one.id: NOW - 3, other.id: NOW}
    assert sorted(ids(second.due)) == sorted(oldest_first[2:4])
    assert second.next_due == {one.id: NOW - 1}
    assert (ids(third.due), third.next_due) == (oldest_first[4:], {one.id: None})


@pytest.mark.parametrize(
    "state", [DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.MISSED]
)
async def test_what_is_settled_or_missed_is_not_claimed(
    database: Database, state: DeliveryState
) -> None:
    endpoint = await make_endpoint(database)
    await add(database, plan(endpoint, state=state))

    claimed = await claim(database, (endpoint, 10))

    assert (claimed.due, claimed.next_due) == ([], {endpoint.id: None})


async def test_two_claimers_never_share_a_row(database: Database) -> None:
    endpoint = await make_endpoint(database)
    numbers = await add(database, *(plan(endpoint) for _ in range(300)))

    found = await asyncio.gather(*(claim(database, (endpoint, 40)) for _ in range(10)))

    claimed = [number for one in found for number in ids(one.due)]
    assert sorted(claimed) == numbers
    assert {due.lease for one in found for due in one.due} == {1}


async def test_a_claim_passes_over_what_another_is_about_to_take(postgres_url: str) -> None:
    database = Database(postgres_url)
    await database.open()
    endpoint = await make_endpoint(database)
    numbers = await add(database, *(plan(endpoint) for _ in range(10)))
    wanted = {endpoint.id: 6}

    async with database.transaction() as tx, asyncio.timeout(PATIENCE):
        first = await tx.hot(CLAIM, wanted, {endpoint.id: "phantom"}, NOW, NOW + LEASE)
        second = await claim(database, (endpoint, 6))

    assert ids(first.due) == numbers[:6]
    assert ids(second.due) == numbers[6:]
    await database.close()


async def test_a_claim_of_many_endpoints_at_once(database: Database) -> None:
    endpoints = [await make_endpoint(database) for _ in range(30)]
    await add(database, *(plan(*endpoints) for _ in range(10)))

    claimed = await claim(database, *((endpoint, 4) for endpoint in endpoints))

    for endpoint in endpoints:
        assert len([due for due in claimed.due if due.endpoint_id == endpoint.id]) == 4
    assert set(claimed.next_due) == {endpoint.id for endpoint in endpoints}


async def test_a_retry_is_claimed_with_the_number_of_attempts_so_far(database: Database) -> None:
    endpoint = await make_endpoint(database)
    await add(database, plan(endpoint))
    (due,) = (await claim(database, (endpoint, 1))).due
    retry = outcome(due, DeliveryState.PENDING, status=500, due_at=NOW + 5_000)
    await database.hot(SETTLE, [retry], NOW)

    (again,) = (await claim(database, (endpoint, 1), now=NOW + 5_000)).due

    assert (again.attempt, again.lease, again.body) == (1, 2, due.body)
    assert await attempts(database) == [(due.id, 1, 500, None)]


async def test_a_row_without_its_body_fails_alone(database: Database) -> None:
    first, second = await make_endpoint(database), await make_endpoint(database)
    planned = [plan(first), plan(first), plan(second)]
    sound, broken, other = await add(database, *planned)
    async with database.transaction() as tx:
        of_broken = select(event.c.id).where(event.c.uuid == planned[1].uuid)
        await tx.execute(delete(body).where(body.c.event_id.in_(of_broken)))

    claimed = await claim(database, (first, 10), (second, 10))

    assert sorted(due.id for due in claimed.due) == [sound, other]
    assert claimed.broken == [broken]
    row = next(row for row in await rows(database) if row["id"] == broken)
    assert (row["state"], row["reason"]) == (DeliveryState.FAILED, "its stored event is damaged")
