"""The hot statements stay on their indexes, however many rows are settled or wait."""

import json
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import postgresql, sqlite

from bot.clock import from_ms
from bot.outbox import sql_postgres, sql_sqlite
from bot.outbox.endpoints import Endpoint
from bot.outbox.hot import ADD
from bot.outbox.requeue import ended_leases
from bot.outbox.tables import DeliveryState
from bot.storage.database import Database, Hot
from tests.support.rows import NOW, make_endpoint, plan

ROWS = 20_000
WAITING = 2_000
SQLITE, POSTGRES = vars(sql_sqlite), vars(sql_postgres)

ARGUMENTS: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
    "_CLAIM": ((NOW + 1, 1, NOW, 64), ([1, 2], [64, 64], NOW, NOW + 1)),
    "_NEXT_DUE": ((1,), ([1, 2, 3],)),
    "_SETTLE": (
        (json.dumps([(7, 1, 2, 1, NOW, NOW, None)]),),
        ([7], [1], [2], [1], [NOW], [NOW], [None]),
    ),
}


def _sqlite_plan(raw: Any, name: str) -> str:
    statement, values = SQLITE[name], ARGUMENTS[name][0]
    return "\n".join(row[3] for row in raw.execute("EXPLAIN QUERY PLAN " + statement, values))


async def _postgres_plan(connection: Any, name: str) -> str:
    statement, values = POSTGRES[name], ARGUMENTS[name][1]
    found = await connection.fetch("EXPLAIN " + statement, *values)
    return "\n".join(row[0] for row in found)


async def _plan_of_ended(database: Database) -> str:
    """How the leases that have ended are found."""
    engine = sqlite.dialect() if database.is_sqlite else postgresql.dialect()
    statement = ended_leases(from_ms(NOW - 1))
    words = str(statement.compile(dialect=engine, compile_kwargs={"literal_binds": True}))
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    async with database.reading() as reading:
        return "\n".join(str(row[-1]) for row in await reading.execute(text(explain + words)))


PLAN = Hot(_sqlite_plan, _postgres_plan)


@pytest.fixture
async def full(database: Database) -> Database:
    """Twenty thousand deliveries of twenty endpoints; a tenth of them wait."""
    endpoints: list[Endpoint] = [await make_endpoint(database) for _ in range(20)]
    for part in range(10):
        states = [_state(number) for number in range(ROWS // 200)]
        planned = [plan(*endpoints, state=state, due_at=NOW + part) for state in states]
        await database.hot(ADD, planned)
    async with database.transaction() as tx:
        await tx.execute(text("ANALYZE"))
        held = text("SELECT count(*) FROM delivery WHERE state = 0")
        assert (await tx.execute(held)).scalar_one() == WAITING
        every = text("SELECT count(*) FROM delivery")
        assert (await tx.execute(every)).scalar_one() == ROWS
    return database


def _state(number: int) -> DeliveryState:
    return DeliveryState.PENDING if number % 10 == 0 else DeliveryState.DELIVERED


async def test_every_hot_statement_uses_an_index(full: Database) -> None:
    plans = {name: await full.hot(PLAN, name) for name in ARGUMENTS}
    plans["ended"] = await _plan_of_ended(full)

    for plan_of in plans.values():
        assert "SCAN delivery" not in plan_of
        assert "Seq Scan on delivery" not in plan_of
    assert "delivery_due" in plans["_CLAIM"]
    assert "delivery_due" in plans["_NEXT_DUE"]
    assert "delivery_leased" in plans["ended"]


async def test_the_order_of_a_claim_comes_from_the_index(full: Database) -> None:
    plan_of = await full.hot(PLAN, "_CLAIM")

    assert "TEMP B-TREE" not in plan_of
    assert "Sort" not in plan_of
