"""Settling, expiring, releasing, renewing, re-queueing: the same on both engines."""

from typing import Any

import pytest
from sqlalchemy import update

from bot.clock import from_ms
from bot.outbox import endpoint_store
from bot.outbox.endpoints import Endpoint
from bot.outbox.hot import CLAIM, RELEASE, RENEW, SETTLE
from bot.outbox.requeue import Requeue
from bot.outbox.rows import EndpointCounters, LeasedDelivery
from bot.outbox.tables import DeliveryState, attempt
from bot.outbox.tables import endpoint as table
from bot.storage.database import Database
from tests.support.rows import (
    NOW,
    add,
    attempts,
    expired,
    ids,
    make_endpoint,
    outcome,
    plan,
    requeued,
    rows,
    stale,
    states,
)

DELIVERED, FAILED, PENDING = DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.PENDING
DELIVERING, MISSED = DeliveryState.DELIVERING, DeliveryState.MISSED
LEASE = 60_000


async def leased(database: Database, count: int = 1) -> tuple[Endpoint, list[LeasedDelivery]]:
    """An endpoint with that many claimed deliveries."""
    endpoint = await make_endpoint(database)
    await add(database, *(plan(endpoint) for _ in range(count)))
    wanted, dialects = {endpoint.id: count}, {endpoint.id: "phantom"}
    return endpoint, (await database.hot(CLAIM, wanted, dialects, NOW, NOW + LEASE)).due


async def stored(database: Database, endpoint: Endpoint) -> Endpoint:
    async with database.reading() as reading:
        found = await endpoint_store.by_id(reading, endpoint.id)
    assert found is not None
    return found


async def test_where_nobody_can_be_switched_off_nobody_is_counted_up(database: Database) -> None:
    endpoint, (won,) = await leased(database)

    assert await database.hot(SETTLE, [outcome(won)], NOW + 10, {}) == ({won.id}, [])
    assert (await stored(database, endpoint)).delivered_at is not None


async def test_a_settled_group(database: Database) -> None:
    endpoint, (won, lost, later) = await leased(database, 3)

    recorded, standings = await database.hot(
        SETTLE,
        [
            outcome(won),
            outcome(lost, FAILED, status=404),
            outcome(later, PENDING, status=None, due_at=NOW + 5_000),
        ],
        NOW + 10,
    )

    assert recorded == {won.id, lost.id, later.id}
    assert standings == [EndpointCounters(endpoint.id, 2, "active")]
    found = {row["id"]: row for row in await rows(database)}
    assert [found[d.id]["state"] for d in (won, lost, later)] == [DELIVERED, FAILED, PENDING]
    assert [found[d.id]["reason"] for d in (won, lost, later)] == [None, "HTTP 404", "connection"]
    assert [found[d.id]["attempt"] for d in (won, lost, later)] == [1, 1, 1]
    settled = [found[d.id]["settled_at"] for d in (won, lost, later)]
    assert settled == [from_ms(NOW + 10), from_ms(NOW + 10), None]
    assert found[later.id]["due_at"] == from_ms(NOW + 5_000)
    assert sorted(await attempts(database)) == [
        (won.id, 1, 200, None),
        (lost.id, 1, 404, None),
        (later.id, 1, None, "connection"),
    ]
    (kept, *_) = await rows(database, attempt)
    assert (kept["started_at"], kept["latency_ms"]) == (from_ms(NOW), 7)
    assert (kept["answer"], kept["detail"]) == (b"answer", None)


async def test_a_stale_lease_changes_nothing(database: Database) -> None:
    endpoint, (due,) = await leased(database)
    before = await rows(database)

    recorded, standings = await database.hot(SETTLE, [outcome(stale(due), FAILED)], NOW)
    await database.hot(RELEASE, [stale(due)])
    await database.hot(RENEW, [stale(due)], NOW + 10 * LEASE)

    assert (recorded, standings) == (set(), [])
    assert await rows(database) == before
    assert await attempts(database) == []
    assert (await stored(database, endpoint)).failures == 0


async def test_a_late_outcome_does_not_overwrite_a_newer_one(database: Database) -> None:
    endpoint, (late,) = await leased(database)
    await expired(database, NOW + LEASE, NOW + LEASE)
    wanted, dialects = {endpoint.id: 1}, {endpoint.id: "phantom"}
    claimed = await database.hot(CLAIM, wanted, dialects, NOW + LEASE, NOW + 2 * LEASE)
    await database.hot(SETTLE, [outcome(claimed.due[0])], NOW + LEASE)

    recorded, _ = await database.hot(SETTLE, [outcome(late, FAILED, status=500)], NOW + LEASE)

    assert recorded == set()
    assert await states(database) == {late.id: DELIVERED}
    assert await attempts(database) == [(late.id, 1, None, "unknown"), (late.id, 1, 200, None)]


async def test_an_outcome_is_recorded_once(database: Database) -> None:
    _, (due,) = await leased(database)
    assert (await database.hot(SETTLE, [outcome(due)], NOW))[0] == {due.id}

    assert await database.hot(SETTLE, [outcome(due, FAILED)], NOW) == (set(), [])
    assert await states(database) == {due.id: DELIVERED}


async def test_the_outcome_of_a_deleted_delivery_harms_no_other(database: Database) -> None:
    gone, (lost,) = await leased(database)
    stays, (kept,) = await leased(database)
    async with database.transaction() as tx:
        assert await endpoint_store.remove(tx, gone.id)

    recorded, standings = await database.hot(SETTLE, [outcome(lost), outcome(kept)], NOW)

    assert recorded == {kept.id}
    assert [one.endpoint_id for one in standings] == [stays.id]


@pytest.mark.parametrize(
    ("tries", "failures", "error"),
    [
        ([(FAILED, 404, True)], 4, "HTTP 404"),
        ([(PENDING, None, True), (PENDING, 500, True)], 5, "HTTP 500"),
        ([(PENDING, None, False), (PENDING, 500, True)], 4, "HTTP 500"),
        ([(DELIVERED, 200, True)], 0, "before"),
        ([(PENDING, 500, True), (DELIVERED, 200, True)], 0, "before"),
        ([(DELIVERED, 200, True), (PENDING, 503, True)], 1, "HTTP 503"),
        ([(PENDING, 500, True), (DELIVERED, 204, True), (PENDING, None, True)], 1, "connection"),
    ],
)
async def test_the_endpoints_counters(
    database: Database,
    tries: list[tuple[DeliveryState, int | None, bool]],
    failures: int,
    error: str,
) -> None:
    endpoint, due = await leased(database, len(tries) + 1)
    await preset(database, endpoint, failures=3, last_error="before")
    group = [
        outcome(one, state, status=status, counts=counts, at=NOW + number)
        for number, (one, (state, status, counts)) in enumerate(zip(due, tries, strict=False))
    ]

    _, standings = await database.hot(SETTLE, group, NOW)

    found = await stored(database, endpoint)
    assert standings == [EndpointCounters(endpoint.id, failures, "active")]
    assert (found.failures, found.last_error) == (failures, error)
    won = [number for number, one in enumerate(group) if one.state is DELIVERED]
    assert found.delivered_at == (from_ms(NOW + won[-1] + 7) if won else None)


async def preset(database: Database, endpoint: Endpoint, **values: Any) -> None:
    async with database.transaction() as tx:
        await tx.execute(update(table).where(table.c.id == endpoint.id).values(**values))


# --- leases ----------------------------------------------------------------------------------


async def test_an_ended_lease_is_freed_and_its_attempt_logged_unknown(database: Database) -> None:
    one, (first, second) = await leased(database, 2)
    other, (third,) = await leased(database)
    fresh, (held,) = await leased(database)
    await database.hot(RENEW, [held], NOW + 2 * LEASE)

    freed = await expired(database, NOW + LEASE, NOW + LEASE)

    assert freed == sorted([one.id, other.id])
    assert fresh.id not in freed
    found = {row["id"]: row for row in await rows(database)}
    for due in (first, second, third):
        row = found[due.id]
        assert (row["state"], row["attempt"]) == (PENDING, 0)
        assert row["due_at"] == from_ms(NOW)  # when its event came about
    assert found[held.id]["state"] == DELIVERING
    assert sorted(await attempts(database)) == [
        (due.id, 1, None, "unknown") for due in (first, second, third)
    ]
    assert await expired(database, NOW + LEASE, NOW + LEASE) == []


async def test_a_lease_that_lasts_is_left_alone(database: Database) -> None:
    await leased(database)
    before = await rows(database)

    assert await expired(database, NOW + LEASE - 1, NOW + LEASE - 1) == []

    assert await rows(database) == before
    assert await attempts(database) == []


async def test_a_released_delivery_is_due_as_it_was_and_was_not_tried(database: Database) -> None:
    endpoint, (given_back, kept) = await leased(database, 2)

    await database.hot(RELEASE, [given_back])

    assert await states(database) == {given_back.id: PENDING, kept.id: DELIVERING}
    assert await attempts(database) == []
    wanted, dialects = {endpoint.id: 5}, {endpoint.id: "phantom"}
    claimed = await database.hot(CLAIM, wanted, dialects, NOW, NOW + LEASE)
    assert ids(claimed.due) == [given_back.id]
    assert (claimed.due[0].attempt, claimed.due[0].lease) == (0, 2)


async def test_releasing_what_was_settled_changes_nothing(database: Database) -> None:
    _, (due,) = await leased(database)
    await database.hot(SETTLE, [outcome(due)], NOW)

    await database.hot(RELEASE, [due])
    await database.hot(RENEW, [due], NOW + LEASE)

    assert await states(database) == {due.id: DELIVERED}


# --- going out again -------------------------------------------------------------------------


async def settled(database: Database) -> tuple[Endpoint, list[LeasedDelivery]]:
    """Deliveries delivered, failed, missed and pending, a minute between their events."""
    endpoint = await make_endpoint(database)
    await add(
        database,
        plan(endpoint, due_at=NOW),
        plan(endpoint, due_at=NOW + 60_000),
        plan(endpoint, due_at=NOW + 120_000),
        plan(endpoint, state=MISSED, due_at=NOW + 180_000),
    )
    wanted, dialects = {endpoint.id: 2}, {endpoint.id: "phantom"}
    claimed = await database.hot(CLAIM, wanted, dialects, NOW + 240_000, NOW + 300_000)
    group = [outcome(claimed.due[0]), outcome(claimed.due[1], FAILED, status=404)]
    await database.hot(SETTLE, group, NOW + 240_000)
    return endpoint, claimed.due


@pytest.mark.parametrize(
    ("wanted", "again"),
    [
        ({"states": (FAILED,)}, [1]),
        ({"states": (FAILED, MISSED)}, [1, 3]),
        ({"states": (DELIVERED, FAILED, MISSED)}, [0, 1, 3]),
        ({"states": (FAILED, MISSED), "since": from_ms(NOW + 60_000)}, [1, 3]),
        ({"states": (FAILED, MISSED), "since": from_ms(NOW + 60_001)}, [3]),
        ({"states": (MISSED,), "since": from_ms(NOW + 180_001)}, []),
    ],
)
async def test_what_goes_out_again(
    database: Database, wanted: dict[str, Any], again: list[int]
) -> None:
    endpoint, _ = await settled(database)
    await settled(database)  # another endpoint's, which stay as they are
    before = await rows(database)
    own = [row["id"] for row in before if row["endpoint_id"] == endpoint.id]

    done = await requeued(database, Requeue(endpoint.id, **wanted), NOW + 250_000)

    chosen = {own[index] for index in again}
    assert done == sorted(chosen)
    for old, new in zip(before, await rows(database), strict=True):
        if old["id"] not in chosen:
            assert new == old
            continue
        assert (new["state"], new["attempt"], new["reason"]) == (PENDING, 0, None)
        assert (new["settled_at"], new["due_at"]) == (None, from_ms(NOW + 250_000))
        assert new["lease"] > old["lease"]


async def test_one_delivery_goes_out_again(database: Database) -> None:
    endpoint, (won, lost) = await settled(database)
    other = await make_endpoint(database)

    foreign = Requeue(other.id, (FAILED,), delivery_id=lost.id)
    assert await requeued(database, foreign, NOW) == []
    wrong = Requeue(endpoint.id, (FAILED,), delivery_id=won.id)
    assert await requeued(database, wrong, NOW) == []
    right = Requeue(endpoint.id, (FAILED,), delivery_id=lost.id)
    assert await requeued(database, right, NOW) == [lost.id]

    found = await states(database)
    assert (found[won.id], found[lost.id]) == (DELIVERED, PENDING)
