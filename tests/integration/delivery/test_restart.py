"""A start with a great backlog touches what it takes, and leaves the rest unread."""

from sqlalchemy import func, select

from bot.clock import ManualClock, to_ms
from bot.delivery.emitter import Emitter
from bot.outbox.tables import DeliveryState, delivery
from bot.storage.database import Database
from tests.support.emitter_setup import add_endpoint, config_for
from tests.support.receiver import Receiver, hang
from tests.support.rows import add, attempts, plan

BACKLOG, AT_ONCE = 20_000, 1_000
LEFT = 30  # leased by the process that died
IN_MEMORY = 64 + 16  # waiting in the lane, and on the way


async def backlog(url: str, receiver: Receiver, clock: ManualClock) -> None:
    """Many pending deliveries of one endpoint, a few leased by nobody any more."""
    emitter = await Emitter.open(config_for(url), clock)
    endpoint, _ = await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
    now = to_ms(clock.now())
    for start in range(0, BACKLOG, AT_ONCE):
        moments = range(now - BACKLOG + start, now - BACKLOG + start + AT_ONCE)
        await add(emitter.database, *(plan(endpoint, due_at=moment) for moment in moments))
    leased = [plan(endpoint, state=DeliveryState.DELIVERING, due_at=now - 1) for _ in range(LEFT)]
    await add(emitter.database, *leased)
    await emitter.close()


async def leased_once(database: Database) -> int:
    """How many deliveries were ever leased."""
    chosen = select(func.count()).select_from(delivery).where(delivery.c.lease > 0)
    async with database.reading() as reading:
        return (await reading.execute(chosen)).scalar_one()


async def test_a_start_takes_no_more_than_fits_in_memory(
    database_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    await backlog(database_url, receiver, clock)
    receiver.behave = hang
    emitter = await Emitter.open(config_for(database_url), clock)
    await emitter.start()
    await receiver.has(1)
    assert LEFT < await leased_once(emitter.database) <= LEFT + IN_MEMORY
    assert [error for *_, error in await attempts(emitter.database)] == ["unknown"] * LEFT
    receiver.let_go.set()
    await emitter.stop()
