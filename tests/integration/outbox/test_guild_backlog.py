"""Backlog of a guild's endpoints on both engines: what waits, what is missed, and from when on."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from bot.clock import from_ms
from bot.features.status.service import LATE, GuildStatus
from bot.outbox.backlog import guild_backlog, read_backlog
from bot.outbox.tables import DeliveryState, EndpointState, endpoint
from bot.storage.database import Database
from tests.support.emitter_setup import GUILD
from tests.support.rows import NOW, add, make_endpoint, plan

LATER = NOW + 60_000


async def test_each_endpoint_says_what_it_is_owed(database: Database) -> None:
    """A receiver that wants no request before is waited for; another guild's is none of them."""
    busy, idle, failing = [await make_endpoint(database) for _number in range(3)]
    foreign = await make_endpoint(database, guild_id=GUILD + 1)
    await add(
        database,
        plan(busy, foreign, due_at=LATER),
        plan(busy, due_at=NOW),
        plan(busy, state=DeliveryState.DELIVERING, due_at=LATER),
        plan(busy, state=DeliveryState.MISSED),
        plan(failing, due_at=NOW),
    )
    retry_at = from_ms(NOW) + timedelta(hours=1)
    async with database.transaction() as tx:
        values = {"state": EndpointState.AUTO_DISABLED.value, "failures": 9, "retry_at": retry_at}
        await tx.execute(
            update(endpoint).where(endpoint.c.id == failing.id).values(**values, last_error="tls")
        )
    async with database.reading() as reading:
        seen = {one.name: one for one in await guild_backlog(reading, GUILD)}
        assert await guild_backlog(reading, GUILD + 2) == []
    assert seen.keys() == {busy.name, idle.name, failing.name}
    told = seen[busy.name]
    assert (told.pending, told.delivering, told.missed) == (2, 1, 1)
    assert told.due_at == datetime.fromtimestamp(NOW / 1000, UTC)
    assert (seen[idle.name].pending, seen[idle.name].due_at) == (0, None)
    gone = seen[failing.name]
    assert (gone.due_at, gone.last_error, gone.is_switched_off) == (retry_at, "tls", True)


WAITS: dict[str, dict[str, object]] = {
    "for a wish that is over": {"retry_at": from_ms(NOW - 60_000), "failures": 4},
    "for its receiver's wish": {"retry_at": from_ms(LATER), "failures": 1},
    "in order": {"in_order": True, "order_at": from_ms(LATER)},
    "for a probe": {"failures": 5},
    "by its own limit": {"rate_limit": 10},
}


async def test_what_waits_as_it_should_is_not_late(database: Database) -> None:
    """All are due since an hour; the first of them may go since a minute."""
    names = dict[str, str]()
    for why, values in WAITS.items():
        waiting = await make_endpoint(database)
        names[waiting.name] = why
        await add(database, plan(waiting, due_at=NOW - 3_600_000))
        async with database.transaction() as tx:
            chosen = endpoint.c.id == waiting.id
            await tx.execute(update(endpoint).where(chosen).values(**values))
    async with database.reading() as reading:
        assert (await read_backlog(reading, from_ms(NOW))).overdue == timedelta(minutes=1)
        queue = await guild_backlog(reading, GUILD)
    later = from_ms(NOW) + LATE
    status = GuildStatus(later, "", 0.0, queue, skew_seconds=None, is_clock_off=False)
    late = [names[one.name] for one in queue if status.is_late(one)]
    assert late == ["for a wish that is over"]
