"""SQLite's hot statements by hand; the twin of sql_postgres.py, one test suite for both.

Every function runs whole on the connection's own thread, inside a transaction its caller opened.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain, islice
from typing import Any
from uuid import UUID

from bot.kept_texts import DAMAGED
from bot.outbox.rows import (
    Claimed,
    EndpointCounters,
    Ends,
    FailureLimits,
    LeasedDelivery,
    Planned,
    Settlement,
    attempted,
    counted_as,
    counters,
    ended,
    halfway,
    latest,
    outcome,
    tally,
)
from bot.outbox.tables import DeliveryState

ROWS_PER_STATEMENT = 400  # times six columns stays under SQLite's 32 766 parameters

# One row whatever is asked: SQLite gives the interpreter away and takes it back for every row, and
# each time a busy event loop may hold it.
_BEFORE = """
SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'event'), 0),
       coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'delivery'), 0),
       (SELECT json_group_array(id) FROM endpoint WHERE id IN (SELECT value FROM json_each(?)))
"""

_CLAIM = """
UPDATE delivery SET state = 1, lease = lease + 1, due_at = ?
WHERE id IN (
    SELECT id FROM delivery WHERE endpoint_id = ? AND state = 0 AND due_at <= ?
    ORDER BY due_at, id LIMIT ?
)
RETURNING id, lease, endpoint_id, event_id, attempt
"""

_LOADED = """
SELECT event.id, event.uuid, event.type, body.bytes, event.created_at
FROM event JOIN body ON body.event_id = event.id AND body.dialect = ?
WHERE event.id IN (SELECT value FROM json_each(?))
"""

_BREAK = f"""
UPDATE delivery SET state = 3, settled_at = ?, reason = '{DAMAGED}'
WHERE id IN (SELECT value FROM json_each(?))
"""  # noqa: S608  a constant of ours

_NEXT_DUE = """
SELECT due_at FROM delivery WHERE endpoint_id = ? AND state = 0 ORDER BY due_at LIMIT 1
"""

_OURS = """
SELECT json_group_array(delivery.id) FROM json_each(?) AS j JOIN delivery
ON delivery.id = j.value ->> 0 AND delivery.lease = j.value ->> 1 AND delivery.state = 1
"""

_SETTLE = """
UPDATE delivery
SET state = j.value ->> 2, attempt = j.value ->> 3, due_at = j.value ->> 4,
    settled_at = j.value ->> 5, reason = j.value ->> 6
FROM json_each(?) AS j
WHERE delivery.id = j.value ->> 0 AND delivery.lease = j.value ->> 1 AND delivery.state = 1
"""

_TALLY = """
UPDATE endpoint
SET failures = CASE WHEN j.value ->> 1 THEN j.value ->> 2 ELSE failures + (j.value ->> 2) END,
    delivered_at = CASE WHEN j.value ->> 1 THEN j.value ->> 4 ELSE delivered_at END,
    last_error = coalesce(j.value ->> 3, last_error),
    retry_at = CASE WHEN j.value ->> 6 > coalesce(retry_at, 0) THEN j.value ->> 6 ELSE retry_at END,
    order_at = CASE WHEN j.value ->> 7 > 0 THEN j.value ->> 7 ELSE order_at END
FROM json_each(?) AS j
WHERE endpoint.id = j.value ->> 0 AND endpoint.aim = j.value ->> 5
"""

_STANDINGS = """
SELECT json_group_array(json_array(id, failures, state, aim)) FROM endpoint
WHERE id IN (SELECT j.value ->> 0 FROM json_each(?) AS j)
"""


@lru_cache(maxsize=64)
def _insert(table: str, columns: str, rows: int) -> str:
    one = "(" + ", ".join("?" * (columns.count(",") + 1)) + ")"
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([one] * rows)}"  # noqa: S608  names of our own, values are bound


def _insert_all(
    raw: sqlite3.Connection, table: str, columns: str, rows: Iterable[Sequence[Any]]
) -> None:
    left = iter(rows)
    while part := list(islice(left, ROWS_PER_STATEMENT)):
        statement = _insert(table, columns, len(part))
        raw.execute(statement, list(chain.from_iterable(part)))


def _one(raw: sqlite3.Connection, statement: str, wanted: object) -> list[Any]:
    """What a statement returns that gathers everything into one JSON array."""
    return json.loads(raw.execute(statement, (json.dumps(wanted),)).fetchone()[0])


def add(raw: sqlite3.Connection, planned: Sequence[Planned]) -> list[list[int]]:
    """Write events, bodies and deliveries; the deliveries' ids in the order they were owed.

    An id is 0 where the endpoint was deleted meanwhile.
    """
    asked = json.dumps(sorted({o.endpoint_id for p in planned for o in p.owed}))
    # Numbered here: nobody else writes, and what AUTOINCREMENT gave once is not given again.
    last_event, delivery_id, found = raw.execute(_BEFORE, (asked,)).fetchone()
    alive = set(json.loads(found))
    events: list[Sequence[Any]] = []
    bodies: list[Sequence[Any]] = []
    deliveries: list[Sequence[Any]] = []
    entries: list[Sequence[Any]] = []
    ids: list[list[int]] = []
    for event_id, p in enumerate(planned, last_event + 1):
        events.append((event_id, p.uuid.bytes, p.type, p.guild_id, p.created_at))
        bodies += [(event_id, name, body) for name, body in p.bodies.items()]
        ids.append([])
        for o in p.owed:
            if o.endpoint_id not in alive:
                ids[-1].append(0)
                continue
            delivery_id += 1
            ids[-1].append(delivery_id)
            lease = 1 if o.state is DeliveryState.DELIVERING else 0
            row = (delivery_id, event_id, o.endpoint_id, int(o.state), lease, o.due_at)
            deliveries.append(row)
            if o.feeds:
                entries.append((o.endpoint_id, event_id, p.created_at))
    _insert_all(raw, "event", "id, uuid, type, guild_id, created_at", events)
    _insert_all(raw, "body", "event_id, dialect, bytes", bodies)
    _insert_all(raw, "delivery", "id, event_id, endpoint_id, state, lease, due_at", deliveries)
    _insert_all(raw, "feed_entry", "endpoint_id, event_id, created_at", entries)
    return ids


def claim(
    raw: sqlite3.Connection,
    wanted: Mapping[int, int],
    dialects: dict[int, str],
    now: int,
    lease_until: int,
    ordered: Collection[int] = (),
) -> Claimed:
    """Lease so many due deliveries of each endpoint, oldest due first; `dialects` is by its id.

    `ordered` are those of which one process at a time has any: here there is only one.
    """
    claimed = Claimed()
    for endpoint_id, limit in wanted.items():
        rows = raw.execute(_CLAIM, (lease_until, endpoint_id, now, limit)).fetchall()
        if rows:
            loaded = _loaded(raw, dialects[endpoint_id], rows)
            claimed.due += loaded
            claimed.broken += {row[0] for row in rows} - {due.id for due in loaded}
        following = raw.execute(_NEXT_DUE, (endpoint_id,)).fetchone()
        claimed.next_due[endpoint_id] = following[0] if following else None
    if claimed.broken:
        raw.execute(_BREAK, (now, json.dumps(claimed.broken)))
    return claimed


def _loaded(raw: sqlite3.Connection, dialect: str, rows: list[Any]) -> list[LeasedDelivery]:
    wanted = json.dumps([row[3] for row in rows])
    events = {row[0]: row for row in raw.execute(_LOADED, (dialect, wanted)) if _is_whole(row)}
    due: list[LeasedDelivery] = []
    for id, lease, endpoint_id, event_id, attempt in sorted(rows):
        if event_id not in events:
            continue
        _, uuid, type, body, created_at = events[event_id]
        due.append(
            LeasedDelivery(
                id, lease, endpoint_id, UUID(bytes=uuid), type, body, attempt, created_at
            )
        )
    return due


def _is_whole(row: Sequence[Any]) -> bool:
    """Whether an event is still what was written; SQLite lets a column hold anything."""
    return isinstance(row[1], bytes) and len(row[1]) == 16 and isinstance(row[3], bytes)


def settle(
    raw: sqlite3.Connection,
    settlements: Sequence[Settlement],
    now: int,
    limits: FailureLimits | None = None,
) -> tuple[set[int], list[EndpointCounters]]:
    """Record outcomes whose lease is still ours; the ids recorded, and the endpoints' counters.

    Raises Ends where one has failed as often as its limit says, or half as often. Where there are
    limits and they are empty, nobody wants the counters.
    """
    settlements = latest(settlements)
    wanted = [outcome(settled, now) for settled in settlements]
    recorded = set(_one(raw, _OURS, [columns[:2] for columns in wanted]))
    raw.execute(_SETTLE, (json.dumps(wanted),))
    ours = [settled for settled in settlements if settled.due.id in recorded]
    _insert_all(
        raw,
        "attempt",
        "delivery_id, number, started_at, latency_ms, status, error, detail, answer",
        map(attempted, ours),
    )
    tallies = tally(ours)
    counted = [counted_as(t) for t in tallies]
    raw.execute(_TALLY, (json.dumps(counted),))
    if limits is not None and not limits:
        return recorded, []
    standings = counters(_one(raw, _STANDINGS, counted), tallies)
    if ended(standings, limits or {}) or halfway(standings, limits or {}):
        raise Ends
    return recorded, standings


def release(raw: sqlite3.Connection, due: Sequence[LeasedDelivery]) -> None:
    """Give back untried deliveries that this process holds, due as they were."""
    raw.execute(
        "UPDATE delivery SET state = 0, due_at = j.value ->> 2 FROM json_each(?) AS j"
        " WHERE delivery.id = j.value ->> 0 AND lease = j.value ->> 1 AND state = 1",
        (json.dumps([(d.id, d.lease, d.due_at) for d in due]),),
    )


def renew(raw: sqlite3.Connection, due: Sequence[LeasedDelivery], until: int) -> None:
    """Move the end of leases that this process holds."""
    raw.execute(
        "UPDATE delivery SET due_at = ? FROM json_each(?) AS j"
        " WHERE delivery.id = j.value ->> 0 AND lease = j.value ->> 1 AND state = 1",
        (until, json.dumps([(d.id, d.lease) for d in due])),
    )
