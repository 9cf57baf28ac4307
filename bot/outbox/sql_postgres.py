"""PostgreSQL's hot statements by hand; the twin of sql_sqlite.py, one test suite for both.

Every function runs on an asyncpg connection, inside a transaction its caller opened.
"""

from collections.abc import Collection, Mapping, Sequence
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

ASK_AGAIN_MS = 500  # where another process has what goes in order

_ADD_EVENTS = """
INSERT INTO event (uuid, type, guild_id, created_at)
SELECT * FROM unnest($1::bytea[], $2::text[], $3::bigint[], $4::bigint[])
RETURNING uuid, id
"""

_ADD_BODIES = """
INSERT INTO body (event_id, dialect, bytes)
SELECT * FROM unnest($1::bigint[], $2::text[], $3::bytea[])
"""

# Joined with endpoint: one deleted by another transaction meanwhile is owed nothing. In order:
# a join would number the rows at random, and the ids decide between those due at one moment.
_ADD_DELIVERIES = """
INSERT INTO delivery (event_id, endpoint_id, state, lease, due_at)
SELECT owed.event_id, owed.endpoint_id, owed.state, owed.lease, owed.due_at
FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::int[], $5::bigint[])
    WITH ORDINALITY AS owed (event_id, endpoint_id, state, lease, due_at, place)
JOIN (SELECT id FROM endpoint WHERE id = ANY ($2) ORDER BY id FOR KEY SHARE) AS alive
    ON alive.id = owed.endpoint_id
ORDER BY owed.place
RETURNING event_id, endpoint_id, id
"""

_ADD_ENTRIES = """
INSERT INTO feed_entry (endpoint_id, event_id, created_at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[])
"""

_CLAIM = """
WITH due AS (
    SELECT found.id, found.due_at
    FROM unnest($1::bigint[], $2::int[]) AS wanted (endpoint_id, most)
    CROSS JOIN LATERAL (
        SELECT id, due_at FROM delivery
        WHERE delivery.endpoint_id = wanted.endpoint_id AND state = 0 AND due_at <= $3
        ORDER BY due_at, id LIMIT wanted.most FOR UPDATE SKIP LOCKED
    ) AS found
)
UPDATE delivery SET state = 1, lease = lease + 1, due_at = $4
FROM due WHERE delivery.id = due.id
RETURNING delivery.id, lease, endpoint_id, event_id, attempt
"""

# Whoever has the endpoint's row decides alone; the look at leases is a statement of its own, so
# that it sees what somebody who had the row before has committed.
_HOLD_ORDERED = """
SELECT id FROM endpoint
WHERE id = ANY ($1::bigint[]) AND coalesce(order_at, 0) <= $2 AND coalesce(retry_at, 0) <= $2
ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
"""

_UNLEASED = """
SELECT held.id FROM unnest($1::bigint[]) AS held (id)
WHERE NOT EXISTS (SELECT 1 FROM delivery WHERE endpoint_id = held.id AND state = 1)
"""

_LOADED = """
SELECT wanted.id, event.uuid, event.type, body.bytes, event.created_at
FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS wanted (id, event_id, dialect)
JOIN event ON event.id = wanted.event_id
JOIN body ON body.event_id = wanted.event_id AND body.dialect = wanted.dialect
"""

_BREAK = f"""
UPDATE delivery SET state = 3, settled_at = $1, reason = '{DAMAGED}'
WHERE id = ANY ($2::bigint[])
"""  # noqa: S608  a constant of ours

_NEXT_DUE = """
SELECT wanted.id, (
    SELECT due_at FROM delivery WHERE endpoint_id = wanted.id AND state = 0
    ORDER BY due_at LIMIT 1
)
FROM unnest($1::bigint[]) AS wanted (id)
"""

# Before their deliveries, in the order in which a delete takes both: it would end in a deadlock.
_KEEP_ENDPOINTS = """
SELECT id FROM endpoint WHERE id = ANY ($1::bigint[]) ORDER BY id FOR KEY SHARE
"""

_SETTLE = """
UPDATE delivery
SET state = s.state, attempt = s.attempt, due_at = s.due_at, settled_at = s.settled_at,
    reason = s.reason
FROM unnest($1::bigint[], $2::int[], $3::smallint[], $4::smallint[], $5::bigint[], $6::bigint[],
            $7::text[]) AS s (id, lease, state, attempt, due_at, settled_at, reason)
WHERE delivery.id = s.id AND delivery.lease = s.lease AND delivery.state = 1
RETURNING delivery.id
"""

_ATTEMPTS = """
INSERT INTO attempt (delivery_id, number, started_at, latency_ms, status, error, detail, answer)
SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::int[], $5::smallint[],
                     $6::text[], $7::text[], $8::bytea[])
"""

_TALLY = """
UPDATE endpoint
SET failures = CASE WHEN t.succeeded THEN t.failures ELSE endpoint.failures + t.failures END,
    delivered_at = CASE WHEN t.succeeded THEN t.at ELSE delivered_at END,
    last_error = coalesce(t.last_error, endpoint.last_error),
    retry_at = CASE WHEN t.retry_at > 0 THEN greatest(t.retry_at, endpoint.retry_at)
                    ELSE endpoint.retry_at END,
    order_at = CASE WHEN t.order_at > 0 THEN t.order_at ELSE endpoint.order_at END
FROM unnest($1::bigint[], $2::bool[], $3::int[], $4::text[], $5::bigint[], $6::int[], $7::bigint[],
            $8::bigint[])
    AS t (id, succeeded, failures, last_error, at, aim, retry_at, order_at)
WHERE endpoint.id = t.id AND endpoint.aim = t.aim
RETURNING endpoint.id, endpoint.failures, endpoint.state, endpoint.aim
"""


async def add(connection: Any, planned: Sequence[Planned]) -> list[list[int]]:
    """Write events, bodies and deliveries; the deliveries' ids in the order they were owed.

    An id is 0 where the endpoint was deleted meanwhile.
    """
    events = await connection.fetch(
        _ADD_EVENTS,
        [p.uuid.bytes for p in planned],
        [p.type for p in planned],
        [p.guild_id for p in planned],
        [p.created_at for p in planned],
    )
    event_ids: dict[bytes, int] = {bytes(row[0]): row[1] for row in events}
    keyed = [(event_ids[p.uuid.bytes], p) for p in planned]
    bodies = [(event_id, *item) for event_id, p in keyed for item in p.bodies.items()]
    await connection.execute(_ADD_BODIES, *_columns(bodies, 3))
    owed = [
        (event_id, o.endpoint_id, int(o.state), 1 if o.state == 1 else 0, o.due_at)
        for event_id, p in keyed
        for o in p.owed
    ]
    rows = await connection.fetch(_ADD_DELIVERIES, *_columns(owed, 5))
    ids: dict[tuple[int, int], int] = {(row[0], row[1]): row[2] for row in rows}
    entries = [
        (o.endpoint_id, event_id, p.created_at)
        for event_id, p in keyed
        for o in p.owed
        if o.feeds and (event_id, o.endpoint_id) in ids
    ]
    if entries:
        await connection.execute(_ADD_ENTRIES, *_columns(entries, 3))
    return [[ids.get((event_id, o.endpoint_id), 0) for o in p.owed] for event_id, p in keyed]


async def claim(
    connection: Any,
    wanted: Mapping[int, int],
    dialects: dict[int, str],
    now: int,
    lease_until: int,
    ordered: Collection[int] = (),
) -> Claimed:
    """Lease so many due deliveries of each endpoint, oldest due first; `dialects` is by its id.

    `ordered` are those of which one process at a time has any: where one has, nothing is claimed.
    """
    taken = set(ordered) - await _free(connection, ordered, now)
    endpoints = [endpoint_id for endpoint_id in wanted if endpoint_id not in taken]
    most = [wanted[endpoint_id] for endpoint_id in endpoints]
    rows = await connection.fetch(_CLAIM, endpoints, most, now, lease_until)
    claimed = await _loaded(connection, rows, dialects)
    if claimed.broken:
        await connection.execute(_BREAK, now, claimed.broken)
    claimed.next_due.update(
        (row[0], row[1]) for row in await connection.fetch(_NEXT_DUE, endpoints)
    )
    claimed.next_due.update(dict.fromkeys(taken, now + ASK_AGAIN_MS))
    return claimed


async def _loaded(connection: Any, rows: Sequence[Any], dialects: Mapping[int, str]) -> Claimed:
    """Those rows with what is to be sent of each."""
    rows = sorted(rows, key=lambda row: row[0])
    loaded = {
        row[0]: row
        for row in await connection.fetch(
            _LOADED,
            [row[0] for row in rows],
            [row[3] for row in rows],
            [dialects[row[2]] for row in rows],
        )
        if len(row[1]) == 16  # a spoilt id would be nobody's
    }
    claimed = Claimed()
    for id, lease, endpoint_id, _, attempt in rows:
        if id not in loaded:
            claimed.broken.append(id)
            continue
        _, uuid, type, body, created_at = loaded[id]
        claimed.due.append(
            LeasedDelivery(
                id, lease, endpoint_id, UUID(bytes=bytes(uuid)), type, body, attempt, created_at
            )
        )
    return claimed


async def _free(connection: Any, ordered: Collection[int], now: int) -> set[int]:
    """Those of which no process has any delivery, and none is to wait; held until the commit."""
    if not ordered:
        return set()
    held = await connection.fetch(_HOLD_ORDERED, list(ordered), now)
    free = await connection.fetch(_UNLEASED, [row[0] for row in held])
    return {row[0] for row in free}


async def settle(
    connection: Any,
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
    await connection.execute(_KEEP_ENDPOINTS, sorted({s.due.endpoint_id for s in settlements}))
    recorded = {row[0] for row in await connection.fetch(_SETTLE, *_columns(wanted, 7))}
    attempts = [attempted(s) for s in settlements if s.due.id in recorded]
    await connection.execute(_ATTEMPTS, *_columns(attempts, 8))
    tallies = tally([s for s in settlements if s.due.id in recorded])
    counted = [counted_as(t) for t in tallies]
    rows = await connection.fetch(_TALLY, *_columns(counted, 8))
    if limits is not None and not limits:
        return recorded, []
    standings = counters(rows, tallies)
    if ended(standings, limits or {}) or halfway(standings, limits or {}):
        raise Ends
    return recorded, standings


async def release(connection: Any, due: Sequence[LeasedDelivery]) -> None:
    """Give back untried deliveries that this process holds, due as they were."""
    await connection.execute(
        "UPDATE delivery SET state = 0, due_at = d.due_at"
        " FROM unnest($1::bigint[], $2::int[], $3::bigint[]) AS d (id, lease, due_at)"
        " WHERE delivery.id = d.id AND delivery.lease = d.lease AND state = 1",
        *_columns([(d.id, d.lease, d.due_at) for d in due], 3),
    )


async def renew(connection: Any, due: Sequence[LeasedDelivery], until: int) -> None:
    """Move the end of leases that this process holds."""
    await connection.execute(
        "UPDATE delivery SET due_at = $3"
        " FROM unnest($1::bigint[], $2::int[]) AS d (id, lease)"
        " WHERE delivery.id = d.id AND delivery.lease = d.lease AND state = 1",
        *_columns([(d.id, d.lease) for d in due], 2),
        until,
    )


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows turned into the arrays that unnest takes."""
    return [[row[index] for row in rows] for index in range(width)]
