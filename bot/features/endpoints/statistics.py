"""Statistics of an endpoint: its newest deliveries, counted in the database hour by hour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, cast, func, or_, select
from sqlalchemy.types import BigInteger

from bot.clock import from_ms, to_ms
from bot.features.endpoints.ports import EndpointsPorts
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import DeliveryState, attempt, delivery
from bot.storage.database import Reading

HOUR_MS = 3_600_000
MEDIAN, HIGH = 50, 95  # percentiles, by the nearest rank
RECENT = 500  # deliveries, for a rate
NEWEST = 50_000  # deliveries; to count a million would keep the machine busy for everybody


@dataclass(frozen=True, slots=True)
class Hour:
    """Hour: what came of the deliveries that ended in it, and how long its attempts took."""

    begins_at: datetime
    delivered: int = 0
    failed: int = 0
    median_ms: int | None = None
    high_ms: int | None = None  # the 95th percentile


@dataclass(frozen=True, slots=True)
class Statistics:
    """The last hours of one endpoint, oldest first; the percentiles are of the whole time.

    Of more than `newest` deliveries only so many, the newest, were counted.
    """

    endpoint: Endpoint
    hours: Sequence[Hour]
    median_ms: int | None
    high_ms: int | None
    newest: int | None = None

    @property
    def delivered(self) -> int:
        return sum(hour.delivered for hour in self.hours)

    @property
    def failed(self) -> int:
        return sum(hour.failed for hour in self.hours)


@dataclass(frozen=True, slots=True)
class SuccessRate:
    """Success rate of an endpoint: of its newest deliveries that ended, how many arrived."""

    delivered: int
    failed: int

    @property
    def percent(self) -> float | None:
        """None before anything ended."""
        ended = self.delivered + self.failed
        return None if not ended else 100 * self.delivered / ended


class StatisticsService:
    """Statistics of an endpoint, read hour by hour."""

    def __init__(self, ports: EndpointsPorts, *, newest: int = NEWEST) -> None:
        self._ports = ports
        self._newest = newest

    async def rates(self, guild_id: int) -> Mapping[int, SuccessRate]:
        """Of each of the guild's endpoints, what came of its newest deliveries that ended."""
        async with self._ports.database.reading(long_for=guild_id) as reading:
            endpoints = await self._ports.registry.in_guild(reading, guild_id)
            return {one.id: await _rate(reading, one.id) for one in endpoints}

    async def last(self, guild_id: int, endpoint_id: int, hours: int) -> Statistics:
        """The current hour and those before it, so many in all."""
        current = to_ms(self._ports.clock.now()) // HOUR_MS
        first = current - hours + 1
        async with self._ports.database.reading(long_for=guild_id) as reading:
            endpoint = await self._ports.numbered(reading, guild_id, endpoint_id)
            left_out = await _left_out(reading, endpoint.id, self._newest)
            chosen = and_(delivery.c.endpoint_id == endpoint.id, delivery.c.id > (left_out or 0))
            counts = await _counts(reading, chosen, first)
            latencies = await _latencies(reading, chosen, first, by_hour=True)
            whole = await _latencies(reading, chosen, first, by_hour=False)
        found = [_hour(number, counts, latencies) for number in range(first, current + 1)]
        median, high = whole.get(0, (None, None))
        return Statistics(endpoint, found, median, high, self._newest if left_out else None)


Counts = Mapping[tuple[int, int], int]
LatencyByHour = Mapping[int, tuple[int | None, int | None]]


def _hour(number: int, counts: Counts, latencies: LatencyByHour) -> Hour:
    median, high = latencies.get(number, (None, None))
    return Hour(
        from_ms(number * HOUR_MS),
        counts.get((number, int(DeliveryState.DELIVERED)), 0),
        counts.get((number, int(DeliveryState.FAILED)), 0),
        median,
        high,
    )


def _number(column: Any) -> ColumnElement[int]:
    """The hour since 1970 that a moment lies in; whole numbers divide alike on both engines."""
    return cast(column, BigInteger) // HOUR_MS


async def _left_out(reading: Reading, endpoint_id: int, newest: int) -> int | None:
    """The youngest delivery that is not one of the newest so many; read from the index alone."""
    mine = select(delivery.c.id).where(delivery.c.endpoint_id == endpoint_id)
    behind = mine.order_by(delivery.c.id.desc()).offset(newest).limit(1)
    return (await reading.execute(behind)).scalar_one_or_none()


async def _rate(reading: Reading, endpoint_id: int) -> SuccessRate:
    """By the index of its deliveries, from the newest on."""
    ended = [int(DeliveryState.DELIVERED), int(DeliveryState.FAILED)]
    mine = select(delivery.c.state).where(delivery.c.endpoint_id == endpoint_id)
    newest = mine.order_by(delivery.c.id.desc()).limit(RECENT).subquery()
    number = func.count().label("number")
    counted = select(newest.c.state, number).where(newest.c.state.in_(ended))
    rows = (await reading.execute(counted.group_by(newest.c.state))).all()
    found = {int(row.state): int(row.number) for row in rows}
    return SuccessRate(*(found.get(state, 0) for state in ended))


async def _counts(reading: Reading, which: ColumnElement[bool], first: int) -> Counts:
    ended = [int(DeliveryState.DELIVERED), int(DeliveryState.FAILED)]
    hour = _number(delivery.c.settled_at)
    chosen = (
        select(hour.label("hour"), delivery.c.state, func.count().label("number"))
        .where(
            which,
            delivery.c.state.in_(ended),
            delivery.c.settled_at >= from_ms(first * HOUR_MS),
        )
        .group_by(hour, delivery.c.state)
    )
    rows = (await reading.execute(chosen)).all()
    return {(int(row.hour), int(row.state)): int(row.number) for row in rows}


async def _latencies(
    reading: Reading, which: ColumnElement[bool], first: int, *, by_hour: bool
) -> LatencyByHour:
    """Median and 95th percentile by hour, or of all under 0: the rows of those two ranks."""
    hour = _number(attempt.c.started_at) if by_hour else cast(0, BigInteger)
    ranked = (
        select(
            hour.label("hour"),
            attempt.c.latency_ms,
            func.row_number().over(partition_by=hour, order_by=attempt.c.latency_ms).label("rank"),
            func.count().over(partition_by=hour).label("count"),
        )
        .join(delivery, delivery.c.id == attempt.c.delivery_id)
        .where(
            which,
            attempt.c.started_at >= from_ms(first * HOUR_MS),
            attempt.c.latency_ms.is_not(None),
        )
        .subquery()
    )
    chosen = select(ranked).where(or_(_is_rank(ranked, MEDIAN), _is_rank(ranked, HIGH)))
    rows = (await reading.execute(chosen.order_by(ranked.c.hour, ranked.c.rank))).all()
    found: dict[int, tuple[int | None, int | None]] = {}
    for row in rows:
        median, _high = found.get(int(row.hour), (row.latency_ms, None))
        found[int(row.hour)] = (median, row.latency_ms)
    return found


def _is_rank(ranked: Any, percentile: int) -> ColumnElement[bool]:
    """Whether a row is the nearest rank: the least with so many hundredths at or below it."""
    wanted = ranked.c.count * percentile
    return and_(ranked.c.rank * 100 >= wanted, (ranked.c.rank - 1) * 100 < wanted)
