"""Pulse of a guild's endpoints: a mark that is another one whenever something of them is."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from sqlalchemy import func, select

from bot.features.endpoints import store
from bot.features.endpoints.ports import EndpointsPorts
from bot.outbox.tables import delivery, endpoint


class Pulse:
    """Read by indexes alone: each attempt changes its endpoint's row, each event the last id."""

    def __init__(self, ports: EndpointsPorts) -> None:
        self._ports = ports

    async def mark(self, guild_id: int) -> str:
        """The mark of this moment."""
        last = select(func.max(delivery.c.id)).where(delivery.c.endpoint_id == endpoint.c.id)
        chosen = select(
            endpoint.c.id,
            endpoint.c.name,
            endpoint.c.state,
            endpoint.c.failures,
            endpoint.c.version,
            endpoint.c.delivered_at,
            endpoint.c.last_error,
            last.scalar_subquery().label("last"),
        ).where(endpoint.c.guild_id == guild_id)
        async with self._ports.database.reading() as reading:
            rows = (await reading.execute(chosen.order_by(endpoint.c.id))).all()
            waiting = [await store.waiting(reading, row.id) for row in rows]
        return _digest([*map(tuple, rows), *waiting])


def _digest(parts: Iterable[Any]) -> str:
    return blake2b(repr(list(parts)).encode("utf-8", "replace"), digest_size=8).hexdigest()
