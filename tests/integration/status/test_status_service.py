"""Status of a server while others ask the database something long."""

from contextlib import AsyncExitStack

from bot.clock import ManualClock
from bot.clock_skew import ClockSkew
from bot.features.status.service import PATIENCE, StatusService
from bot.fleet.assignment import WHOLE
from bot.fleet.fleet import Fleet
from bot.storage.database import Database
from bot.storage.engine import READERS


async def test_a_database_that_answers_others_at_length_is_well(
    database: Database, clock: ManualClock
) -> None:
    service = StatusService(
        database,
        clock,
        skew=ClockSkew(),
        fleet=Fleet(database, WHOLE, clock=clock, lease=15.0),
    )
    async with AsyncExitStack() as others:
        for guild_id in range(READERS // 2):  # every place that there is for long questions
            await others.enter_async_context(database.reading(long_for=guild_id))
        found = await service.look(99)
    assert (found.queue, found.is_well) == ([], True)
    assert found.database_seconds < PATIENCE
