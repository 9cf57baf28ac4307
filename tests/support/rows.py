"""Builders for the outbox's rows, and short ways of reading them back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from bot.clock import from_ms, to_ms
from bot.dialects.base import Answer
from bot.outbox import endpoint_store
from bot.outbox.endpoints import Endpoint, NewEndpoint
from bot.outbox.hot import ADD
from bot.outbox.requeue import Requeue, expire, next_part, requeue
from bot.outbox.rows import LeasedDelivery, Owed, Planned, Settlement, Tried
from bot.outbox.tables import DeliveryState, attempt, delivery, event
from bot.storage.database import Database
from tests.support.emitter_setup import GUILD

NOW = to_ms(datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC))
_names = count(1)


async def make_endpoint(database: Database, *, guild_id: int = GUILD) -> Endpoint:
    """A stored endpoint; its secret is never opened here."""
    new = NewEndpoint(guild_id, f"n{next(_names)}", "https://example.com/", "phantom", ("*",), 4)
    async with database.transaction() as tx:
        return await endpoint_store.add(tx, new, b"sealed", datetime(2026, 5, 1, tzinfo=UTC))


def plan(
    *endpoints: Endpoint,
    state: DeliveryState = DeliveryState.PENDING,
    due_at: int = NOW,
    text: bytes = b"{}",
) -> Planned:
    """One event that owes each of the endpoints a delivery."""
    owed = [Owed(endpoint.id, "phantom", state, due_at) for endpoint in endpoints]
    return Planned(uuid4(), "member.joined", GUILD, due_at, {"phantom": text}, owed)


async def add(database: Database, *planned: Planned) -> list[int]:
    """Write them; the deliveries' ids one after the other."""
    ids = await database.hot(ADD, planned)
    return [one for group in ids for one in group]


async def rows(database: Database, table: Any = delivery) -> list[Mapping[str, Any]]:
    """Every row of a table in the order of its key."""
    async with database.reading() as reading:
        found = await reading.execute(select(table).order_by(*table.primary_key))
        return [dict(row) for row in found.mappings()]


async def states(database: Database) -> dict[int, DeliveryState]:
    """Each delivery's state by its id."""
    return {row["id"]: DeliveryState(row["state"]) for row in await rows(database)}


async def attempts(database: Database) -> list[tuple[int, int, int | None, str | None]]:
    """(delivery, number, status, error) of every attempt."""
    found = await rows(database, attempt)
    return [(r["delivery_id"], r["number"], r["status"], r["error"]) for r in found]


async def event_ids(database: Database) -> list[str]:
    """The ids of every stored event, as the wire spells them."""
    return [str(row["uuid"]) for row in await rows(database, event)]


def outcome(
    due: LeasedDelivery,
    state: DeliveryState = DeliveryState.DELIVERED,
    *,
    status: int | None = 200,
    due_at: int = NOW,
    at: int = NOW,
    counts: bool = True,
) -> Settlement:
    """What came of one attempt at `due`."""
    error = None if status is not None else "connection"
    reason = None if state is DeliveryState.DELIVERED else error or f"HTTP {status}"
    tried = Tried(due.attempt + 1, at, Answer(status, 7, error, body=b"answer"))
    return Settlement(due, state, due_at, reason, tried, counts)


def stale(due: LeasedDelivery) -> LeasedDelivery:
    """The same delivery under a lease that was lost."""
    return replace(due, lease=due.lease - 1)


def ids(due: Iterable[LeasedDelivery]) -> list[int]:
    return [one.id for one in due]


def by_endpoint(endpoints: Sequence[Endpoint]) -> dict[int, str]:
    """The dialects that a claim needs."""
    return {endpoint.id: endpoint.dialect for endpoint in endpoints}


async def requeued(database: Database, wanted: Requeue, now: int) -> list[int]:
    """Those that go out again, found and made pending in a transaction of its own."""
    async with database.transaction() as tx:
        return await requeue(tx, wanted, await next_part(tx, wanted), from_ms(now))


async def expired(database: Database, now: int, until: int) -> list[int]:
    """What `expire` did, in a transaction of its own."""
    async with database.transaction() as tx:
        return await expire(tx, now, until)
