"""The feed of an endpoint: nothing is left out, whoever commits when; kept for seven days."""

import asyncio
import json
from contextlib import aclosing
from datetime import timedelta

import pytest

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.endpoints.store import drop_missed
from bot.outbox.endpoint_registry import FeedAccess
from bot.outbox.endpoints import Endpoint
from bot.outbox.feed import (
    Cursor,
    CursorGone,
    CursorUnreadable,
    FeedEntries,
    close_feed,
    open_feed,
    read_feed,
)
from bot.outbox.retention import EndedDeliveries, Prunes
from bot.outbox.tables import EndpointState, event, feed_entry
from bot.storage.database import Database
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import ADMIN, deliveries_of
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, change_state, config_for, joined
from tests.support.loops import turn
from tests.support.receiver import Receiver
from tests.support.rows import rows

DAY = 86_400


async def fed(running: Emitter, url: str, *, dialect: str = "phantom") -> Endpoint:
    """An endpoint with a feed."""
    made, _ = await add_endpoint(running, url, dialect=dialect, secret="s")
    async with running.database.transaction() as tx:
        access = FeedAccess(b"h" * 32)
        after = await running.registry.limit(tx, made, running.clock.now(), access)
        await open_feed(tx, made.id)
    assert after is not None
    return after


async def happen(running: Emitter, count: int) -> list[str]:
    found = [await running.outbox.record(joined(running.clock, n)) for n in range(count)]
    return [str(one) for one in found]


async def page(
    database: Database, endpoint: Endpoint, after: Cursor | None = None, limit: int = 100
) -> tuple[list[str], Cursor]:
    """The ids of a page, and where to go on."""
    found = await read_feed(database, endpoint.id, after, limit)
    return [json.loads(one)["id"] for one in found.events], found.next


async def prune(prunes: Prunes, clock: ManualClock) -> None:
    async with aclosing(prunes.prune(clock.now())) as steps:
        async for _ in steps:
            pass


async def test_pages_go_on_where_the_last_one_ended(emitter: OpenEmitter) -> None:
    running = await emitter(start=False)
    running.outbox.start()
    endpoint = await fed(running, "http://127.0.0.1:9/")
    nothing, begin = await page(running.database, endpoint)
    assert nothing == []
    sent = await happen(running, 5)
    first, cursor = await page(running.database, endpoint, None, 2)
    second, cursor = await page(running.database, endpoint, Cursor.read(cursor.text()), 2)
    third, end = await page(running.database, endpoint, cursor, 2)
    assert [*first, *second, *third] == sent
    assert await page(running.database, endpoint, end) == ([], end)
    later = await happen(running, 1)
    assert (await page(running.database, endpoint, end))[0] == later
    assert (await page(running.database, endpoint, begin))[0] == [*sent, *later]
    await running.outbox.stop()


async def test_it_holds_phantoms_envelope_byte_for_byte_whatever_is_sent_and_settles_nothing(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    async with Receiver(clock=clock) as receiver:
        receiver.secret = "s"
        running = await emitter()
        await fed(running, receiver.url(), dialect="vektor")
        other, _ = await add_endpoint(running, receiver.url("/other"), name="other", secret="s")
        await happen(running, 1)
        await quiet(running)
        before = await rows(running.database)
        (endpoint,) = (one for one in running.lanes.index.all() if one.id != other.id)
        found = await read_feed(running.database, endpoint.id, None, 100)
        (sent,) = (one.body for one in receiver.requests if one.path == "/other")
        assert list(found.events) == [sent]
        assert await rows(running.database) == before


async def test_off_or_dropped_elsewhere_it_stays_in_the_feed_for_seven_days(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    running = await emitter(start=False)
    running.outbox.start()
    endpoint = await fed(running, "http://127.0.0.1:9/")
    await change_state(running, endpoint.id, EndpointState.DISABLED)
    old = await happen(running, 3)
    _, cursor = await page(running.database, endpoint, None, 1)
    async with running.database.transaction() as tx:
        assert await drop_missed(tx, endpoint.id, 100) == 3
    ended = EndedDeliveries(running.database, delivered=timedelta(), failed=timedelta())
    entries = FeedEntries(running.database)
    clock.advance(7 * DAY - 60)
    for one in (entries, ended):
        await prune(one, clock)
    assert (await page(running.database, endpoint))[0] == old
    young = await happen(running, 2)

    clock.advance(120)
    for one in (entries, ended):
        await prune(one, clock)
    with pytest.raises(CursorGone):
        await page(running.database, endpoint, cursor)
    assert (await page(running.database, endpoint))[0] == young
    assert len(await rows(running.database, event)) == len(young)
    await running.outbox.stop()


async def test_a_clock_that_was_wrong_for_once_takes_nothing_young_and_holds_up_nothing_old(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    running = await emitter(start=False)
    running.outbox.start()
    endpoint = await fed(running, "http://127.0.0.1:9/")
    entries = FeedEntries(running.database)
    ahead = 400 * DAY
    told = list[str]()
    for wrong in (0, ahead, 0, -8 * DAY, 0):
        clock.set_by(wrong)
        told += await happen(running, 1)
        clock.set_by(-wrong)
    clock.advance(DAY)
    told += await happen(running, 1)
    _, cursor = await page(running.database, endpoint, None, 1)
    await prune(entries, clock)
    assert (await page(running.database, endpoint, cursor))[0] == told[1:]

    clock.advance(6 * DAY)
    await prune(entries, clock)
    assert (await page(running.database, endpoint))[0] == told[5:]
    with pytest.raises(CursorGone):
        await page(running.database, endpoint, cursor)
    await running.outbox.stop()


async def test_what_went_unread_is_gone_for_an_old_cursor_too(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    """Its entries had no positions yet."""
    running = await emitter(start=False)
    running.outbox.start()
    endpoint = await fed(running, "http://127.0.0.1:9/")
    await happen(running, 1)
    _, cursor = await page(running.database, endpoint)
    await happen(running, 1)
    clock.advance(7 * DAY + 1)
    await prune(FeedEntries(running.database), clock)
    with pytest.raises(CursorGone):
        await page(running.database, endpoint, cursor)
    assert await rows(running.database, feed_entry) == []
    await running.outbox.stop()


async def test_another_feeds_cursor_and_one_of_a_feed_that_was_closed_are_gone(
    emitter: OpenEmitter,
) -> None:
    running = await emitter(start=False)
    running.outbox.start()
    endpoint = await fed(running, "http://127.0.0.1:9/")
    await happen(running, 2)
    _, cursor = await page(running.database, endpoint)
    for strange in (Cursor(cursor.position, b"12345678"), Cursor(cursor.position + 1)):
        with pytest.raises(CursorGone):
            await page(running.database, endpoint, strange)
    async with running.database.transaction() as tx:
        await close_feed(tx, endpoint.id)
        await open_feed(tx, endpoint.id)
    with pytest.raises(CursorGone):
        await page(running.database, endpoint, cursor)
    assert (await page(running.database, endpoint))[0] == []
    later = await happen(running, 1)
    assert (await page(running.database, endpoint))[0] == later
    await running.outbox.stop()


async def test_a_page_is_bounded_in_bytes_and_holds_one_at_least(
    emitter: OpenEmitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.outbox.feed.PAGE_BYTES", 700)
    running = await emitter(start=False)
    running.outbox.start()
    endpoint = await fed(running, "http://127.0.0.1:9/")
    sent = await happen(running, 3)
    first, cursor = await page(running.database, endpoint)
    assert first in (sent[:1], sent[:2])
    rest: list[str] = []
    for _ in range(3):
        found, cursor = await page(running.database, endpoint, cursor)
        rest += found
    assert [*first, *rest] == sent
    await running.outbox.stop()


async def test_a_test_stands_in_it_too(emitter: OpenEmitter) -> None:
    running = await emitter(start=False)
    running.outbox.start()
    endpoint = await fed(running, "http://127.0.0.1:9/")
    tested = await deliveries_of(running).test(ADMIN, "backend")
    assert (await page(running.database, endpoint))[0][:1] == [tested.events[0][0]]
    await running.outbox.stop()


async def test_nobody_is_passed_by_while_many_write_and_read(emitter: OpenEmitter) -> None:
    running = await emitter(start=False)
    running.outbox.start()
    endpoint = await fed(running, "http://127.0.0.1:9/")
    committed: list[str] = []

    async def write(number: int) -> None:
        async with running.database.transaction() as tx:
            event_id = await running.outbox.emit(tx, joined(running.clock, number))
            for _turn in range(number % 7):
                await turn()
        committed.append(str(event_id))

    async def read() -> list[str]:
        seen: list[str] = []
        cursor: Cursor | None = None
        while not writing.done() or len(seen) < len(committed):
            found, cursor = await page(running.database, endpoint, cursor, 3)
            seen += found
            await turn()
        return seen

    writing = asyncio.gather(*map(write, range(60)))
    one, other = await asyncio.gather(read(), read())
    await writing
    assert sorted(one) == sorted(committed)
    assert one == other
    await running.outbox.stop()


async def test_what_commits_late_gets_a_later_place(postgres_url: str, clock: ManualClock) -> None:
    """Its row had a smaller number all along. (SQLite has one writer: nothing commits late.)"""
    running = await Emitter.open(config_for(postgres_url), clock)
    endpoint = await fed(running, "http://127.0.0.1:9/")
    written, may_commit = asyncio.Event(), asyncio.Event()

    async def write_late() -> str:
        async with running.database.transaction() as tx:
            event_id = await running.outbox.emit(tx, joined(clock, 1))
            written.set()
            await may_commit.wait()
        return str(event_id)

    late = asyncio.create_task(write_late())
    await written.wait()
    async with running.database.transaction() as tx:
        soon = await running.outbox.emit(tx, joined(clock, 2))
    found, cursor = await page(running.database, endpoint)
    may_commit.set()
    last = await late
    after, _ = await page(running.database, endpoint, cursor)
    by_number = [str(row["uuid"]) for row in await rows(running.database, event)]
    await running.stop()
    assert (found, after, by_number) == ([str(soon)], [last], [last, str(soon)])


NO_CURSORS = ("", "x", "AAAA", "=" * 22, "Ä" * 22, "A" * 23, "A" * 400, "_" * 22)


@pytest.mark.parametrize("text", NO_CURSORS)
def test_what_no_page_gave_is_no_cursor(text: str) -> None:
    with pytest.raises(CursorUnreadable):
        Cursor.read(text)
    assert Cursor.read(Cursor(7, b"12345678").text()) == Cursor(7, b"12345678")
