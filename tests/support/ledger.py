"""The comparison that every bad moment ends in: what was committed, tried and received."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from bot.outbox.tables import DeliveryState, attempt, delivery, endpoint, event
from bot.storage.database import Database
from tests.support.receiver import Receiver

Owed = tuple[str, str]
"""An endpoint's path and an event's id."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a database says it owed and tried."""

    events: frozenset[str]
    states: dict[Owed, DeliveryState]
    answered: Counter[Owed]  # attempts that had an answer
    silent: Counter[Owed]  # attempts without one, such as a connection torn
    unknown: Counter[Owed]  # attempts whose outcome nobody learnt

    @property
    def unsettled(self) -> set[Owed]:
        """What is still to be sent."""
        waiting = (DeliveryState.PENDING, DeliveryState.DELIVERING)
        return {owed for owed, state in self.states.items() if state in waiting}


async def read_ledger(database: Database) -> Ledger:
    """All of it, as one snapshot."""
    async with database.reading() as reading:
        events = {int(row.id): str(row.uuid) for row in await reading.execute(select(event))}
        urls = {row.id: str(row.url) for row in await reading.execute(select(endpoint))}
        deliveries = (await reading.execute(select(delivery))).all()
        tries = (await reading.execute(select(attempt))).all()
    owed: dict[int, Owed] = {
        row.id: (urlsplit(urls[row.endpoint_id]).path, events[row.event_id]) for row in deliveries
    }
    return Ledger(
        frozenset(events.values()),
        {owed[row.id]: DeliveryState(row.state) for row in deliveries},
        Counter(owed[row.delivery_id] for row in tries if row.status is not None),
        Counter(owed[row.delivery_id] for row in tries if row.status is None),
        Counter(owed[row.delivery_id] for row in tries if row.error == "unknown"),
    )


async def judged(
    database: Database, *receivers: Receiver, acknowledged: Iterable[UUID | str | None], told: str
) -> Ledger:
    """Acknowledged ⊆ committed = received; whatever came twice has an attempt of its own.

    An attempt nobody learnt the outcome of is marked unknown; `told` helps to repeat a failure.
    """
    ledger = await read_ledger(database)
    received = Counter((r.path, r.id) for one in receivers for r in one.requests)
    assert [one.refused for one in receivers] == [[] for _ in receivers], told
    missing = {str(one) for one in acknowledged} - ledger.events
    assert not missing, f"acknowledged and not committed: {missing}; {told}"
    assert set(received) == set(ledger.states), told
    left = {o: s for o, s in ledger.states.items() if s is not DeliveryState.DELIVERED}
    assert left == {}, told
    for owed, times in received.items():
        known = ledger.answered[owed]
        assert known <= times <= known + ledger.silent[owed], f"{owed} came {times} times; {told}"
    return ledger


def sound(path: str) -> None:
    """SQLite's own opinion of a file that nobody has open."""
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
