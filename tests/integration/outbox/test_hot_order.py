"""The oldest goes first, however it came to be due: the same on both engines."""

from bot.outbox.endpoints import Endpoint
from bot.outbox.hot import CLAIM, SETTLE
from bot.outbox.rows import LeasedDelivery
from bot.outbox.tables import DeliveryState
from bot.storage.database import Database
from tests.support.rows import NOW, add, expired, ids, make_endpoint, outcome, plan

LEASE = 60_000


async def claim(
    database: Database, endpoint: Endpoint, limit: int, now: int = NOW
) -> list[LeasedDelivery]:
    wanted, dialects = {endpoint.id: limit}, {endpoint.id: "phantom"}
    return (await database.hot(CLAIM, wanted, dialects, now, now + LEASE)).due


async def test_deliveries_due_at_the_same_moment_go_in_the_order_they_were_written(
    database: Database,
) -> None:
    endpoint = await make_endpoint(database)
    numbers = await add(database, *(plan(endpoint) for _ in range(50)))

    order = [ids(await claim(database, endpoint, 10)) for _ in range(5)]

    assert [number for part in order for number in part] == numbers


async def test_however_they_came_to_be_due_at_that_moment(database: Database) -> None:
    endpoint = await make_endpoint(database)
    numbers = await add(database, *(plan(endpoint) for _ in range(50)))
    for due in reversed(await claim(database, endpoint, 50)):
        retry = outcome(due, DeliveryState.PENDING, status=500, due_at=NOW)
        await database.hot(SETTLE, [retry], NOW)

    order = [ids(await claim(database, endpoint, 10)) for _ in range(5)]

    assert [number for part in order for number in part] == numbers


async def test_what_a_dead_process_held_goes_before_what_is_younger(database: Database) -> None:
    endpoint = await make_endpoint(database)
    older = [await add(database, plan(endpoint, due_at=NOW + number)) for number in range(3)]
    await claim(database, endpoint, 10, now=NOW + 10)
    younger = [await add(database, plan(endpoint, due_at=NOW + 20 + n)) for n in range(3)]

    await expired(database, NOW + 2 * LEASE, NOW + 2 * LEASE)

    order: list[int] = []
    for _ in range(6):
        order += ids(await claim(database, endpoint, 1, now=NOW + 2 * LEASE))
    assert [[number] for number in order] == [*older, *younger]
