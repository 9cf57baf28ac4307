"""Settling in one hop, where nothing else is to be written with it: nearly always."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.outbox import sql_postgres, sql_sqlite
from bot.outbox.rows import Settlement, Standing
from bot.outbox.tables import EndpointState
from bot.storage.database import Hot


class Ends(Exception):
    """The group switches an endpoint off: nothing is written, for that belongs with it."""


def ended(standings: Iterable[Standing], limits: Mapping[int, int]) -> list[Standing]:
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
