"""Due repair: every due moment stays in its schedule's reach, though a clock was set back."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import BigInteger, case, literal, select, text, type_coerce, update

from bot.clock import from_ms
from bot.dialects.base import Dialect, Schedule
from bot.outbox.tables import delivery, endpoint
from bot.storage.database import Transaction

_due_at = type_coerce(delivery.c.due_at, BigInteger)


@dataclass(frozen=True, slots=True)
class ScheduleReach:
    """Reach of a schedule: the ms that a due moment may lie ahead, but for `jitter`, a share.

    `by` is how far the clock was just set back, a negative number; 0 where nobody knows.
    """

    now: int
    lease: int
    jitter: float
    by: int = 0


async def pull_in(
    tx: Transaction, dialects: Iterable[Dialect], reach: ScheduleReach
) -> list[tuple[int, int]]:
    """Bring what is due later than its wait could say to where it was; (endpoint, ms) of each.

    Where nobody knows where it was, to its next step. Leases longer than two are cut to one.
    Done again, or by two processes, it moves nothing ahead of its step.
    """
    pulled: list[tuple[int, int]] = []
    for dialect in dialects:
        pulled += await _pull_waits(tx, dialect, reach)
    await tx.execute(
        update(delivery)
        .where(text("state = 1"), _due_at > reach.now + 2 * reach.lease)
        .values(due_at=from_ms(reach.now + reach.lease))
    )
    return pulled


async def _pull_waits(
    tx: Transaction, dialect: Dialect, reach: ScheduleReach
) -> list[tuple[int, int]]:
    steps = _steps(dialect.schedule)
    # A receiver may have asked for a longer wait, which only the clock's own change can tell.
    further = 1 if dialect.heeds_retry_after and not reach.by else 0
    longest = {
        tried: round(max(step, steps.get(tried + further, step)) * (1 + reach.jitter))
        for tried, step in steps.items()
    }
    tried = delivery.c.attempt
    own = select(endpoint.c.id).where(endpoint.c.dialect == dialect.name)
    step = literal(reach.now, BigInteger) + case(steps, value=tried, else_=max(steps.values()))
    before = _due_at + reach.by
    found = await tx.execute(
        update(delivery)
        # The partial index on due rows wants its condition in these very words.
        .where(text("state = 0"), delivery.c.endpoint_id.in_(own))
        .where(_due_at > reach.now + min(longest.values()))
        .where(_due_at - reach.now > case(longest, value=tried, else_=max(longest.values())))
        .values(due_at=case((before > reach.now, before), else_=step) if reach.by else step)
        .returning(delivery.c.endpoint_id, _due_at.label("due_at"))
    )
    return [(row.endpoint_id, row.due_at) for row in found]


def _steps(schedule: Schedule) -> dict[int, int]:
    """The wait (ms) before the next attempt, by how many there have been."""
    waits = {tried: schedule.wait_before(tried + 1) for tried in range(1, schedule.max_attempts)}
    return {tried: wait * 1000 for tried, wait in {0: schedule.wait_before(2), **waits}.items()}
