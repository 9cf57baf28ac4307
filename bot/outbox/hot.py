"""Hot operations as pairs: what the rest of the outbox calls, whichever engine runs it."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.outbox import sql_postgres, sql_sqlite
from bot.outbox.rows import EndpointCounters, Settlement
from bot.outbox.tables import EndpointState
from bot.storage.database import Hot

ADD = Hot(sql_sqlite.add, sql_postgres.add)
CLAIM = Hot(sql_sqlite.claim, sql_postgres.claim)
SETTLE = Hot(sql_sqlite.settle, sql_postgres.settle)
EXPIRE = Hot(sql_sqlite.expire, sql_postgres.expire)
RELEASE = Hot(sql_sqlite.release, sql_postgres.release)
RENEW = Hot(sql_sqlite.renew, sql_postgres.renew)
REQUEUE = Hot(sql_sqlite.requeue, sql_postgres.requeue)


class Ends(Exception):
    """Group that switches an endpoint off: nothing is written, for that belongs with it."""


def ended(
    standings: Iterable[EndpointCounters], limits: Mapping[int, int]
) -> list[EndpointCounters]:
    """Those that receive and have failed as often as their limit says; without one, never."""
    return [
        standing
        for standing in standings
        if standing.state == EndpointState.ACTIVE
        and standing.endpoint_id in limits
        and standing.failures >= limits[standing.endpoint_id]
    ]


def _sqlite(
    raw: sqlite3.Connection, settlements: Sequence[Settlement], now: int, limits: Mapping[int, int]
) -> None:
    _, standings = sql_sqlite.settle(raw, settlements, now)
    if ended(standings, limits):
        raise Ends


async def _postgres(
    connection: Any, settlements: Sequence[Settlement], now: int, limits: Mapping[int, int]
) -> None:
    _, standings = await sql_postgres.settle(connection, settlements, now)
    if ended(standings, limits):
        raise Ends


SETTLE_ALONE = Hot(_sqlite, _postgres)
