"""The change feed between processes on one PostgreSQL, and what may have been missed of it."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text

from bot.storage.changes import CHANNEL
from bot.storage.database import Database
from bot.storage.engine import POSTGRES_CONNECTIONS, parse_url
from bot.storage.listener import Listener, ListenerTimes
from tests.integration.storage.test_changes import Deliberate, tell, tell_in_vain
from tests.support.lossy_line import lossy_line
from tests.support.patience import PATIENCE
from tests.support.postgres import PostgresServer
from tests.support.scratch_table import committed, make_notes, write
from tests.support.watched import Watched, beside, end_listener, listening


async def test_every_other_process_is_told_once_and_in_order(postgres_url: str) -> None:
    async with beside(postgres_url) as here, beside(postgres_url) as there:
        ours, theirs = Watched(here, "pond"), Watched(there, "pond")
        for one in (here, there):
            await listening(one)
        ours.told.clear()
        theirs.told.clear()
        for number in range(5):
            await tell(here, f"{number}")
            await theirs.has(2 * number + 1)
            await tell(there, f"{number}, once more")
            await ours.has(2 * number + 2)
        both = [f"{number}{more}" for number in range(5) for more in ("", ", once more")]
        assert ours.told == theirs.told == both


async def test_a_rollback_tells_nobody(postgres_url: str) -> None:
    async with beside(postgres_url) as here, beside(postgres_url) as there:
        pond = Watched(there, "pond")
        await listening(there)
        pond.told.clear()
        with pytest.raises(Deliberate):
            await tell_in_vain(here, "never")
        await tell(here, "afterwards")
        assert await pond.has(1) == ["afterwards"]


async def test_it_takes_no_place_in_the_pool(postgres_url: str) -> None:
    async with AsyncExitStack() as held:
        here, there = [await held.enter_async_context(beside(postgres_url)) for _ in range(2)]
        for _ in range(POSTGRES_CONNECTIONS):
            await held.enter_async_context(there.reading())
        pond = Watched(there, "pond")
        await listening(there)
        await tell(here, "7")
        assert await pond.has(2) == [None, "7"]


async def test_nothing_of_it_is_left_after_the_end(postgres_url: str) -> None:
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )

    async def count(database: Database) -> int:
        async with database.transaction() as tx:
            return int((await tx.execute(others)).scalar_one())

    async with beside(postgres_url) as here:
        own = await count(here)
        there = Database(postgres_url)
        await there.open()
        await listening(there)
        assert await count(here) > own
        await there.close()
        while await count(here) > own:
            pass  # the server takes a moment to see that a connection has ended


async def test_after_a_lost_listener_everything_is_told_anew(
    postgres: PostgresServer, postgres_url: str
) -> None:
    async with beside(postgres_url) as here, beside(postgres_url) as there:
        pond, lake = Watched(there, "pond"), Watched(there, "lake")
        await listening(there)
        for round_ in (2, 3):
            async with end_listener(postgres, here):
                await tell(here, "meanwhile")
            assert await pond.has(round_) == [None] * round_
            assert lake.told == pond.told
        await tell(here, "and on")
        assert await pond.has(4) == [None, None, None, "and on"]


async def test_a_commit_whose_answer_is_lost_is_told_all_the_same(postgres_url: str) -> None:
    async with lossy_line(postgres_url) as (line, url), beside(url) as here:
        await make_notes(here)
        pond, lake = Watched(here, "pond"), Watched(here, "lake")
        async with here.transaction() as tx:
            await write(tx, "done")
            await here.changes.tell(tx, "pond", "7")
            line.lose_answer()
        assert pond.told == ["7"]
        assert lake.told == []
        assert await committed(here) == ["done"]


async def test_a_commit_in_doubt_that_comes_to_pass_later_is_heard(postgres_url: str) -> None:
    """Its own callbacks will never run, and whoever read in between has read too early."""
    async with beside(postgres_url) as here:
        pond = Watched(here, "pond")
        await listening(here)
        pond.told.clear()
        async with here.transaction() as tx:
            await here.changes.tell(tx, "pond", "late", here=lambda: None)
            here.changes.reload()
        assert await pond.has(2) == [None, "late"]


@pytest.mark.thorough("thousands of strange messages")
async def test_what_strangers_send_on_the_channel_disturbs_nobody(postgres_url: str) -> None:
    async with beside(postgres_url) as here, beside(postgres_url) as there:
        pond = Watched(there, "pond")
        await listening(there)
        pond.told.clear()
        async with here.transaction() as tx:
            for words in ("", "herald", "one two", "one  "):
                await tx.execute(text("SELECT pg_notify('herald', :words)"), {"words": words})
        await tell(here, "7")
        assert await pond.has(1) == ["7"]


async def test_a_line_that_fell_silent_is_found_out(postgres_url: str) -> None:
    began, heard = asyncio.Event(), asyncio.Event()
    async with lossy_line(postgres_url) as (line, url), beside(postgres_url) as here:
        listener = Listener(
            parse_url(url)[1],
            CHANNEL,
            heard=lambda _: heard.set(),
            began=began.set,
            times=ListenerTimes(pause=0.01, heartbeat=0.2, patience=0.2),
        )
        listener.start()
        async with asyncio.timeout(PATIENCE):
            await began.wait()
            began.clear()
            line.fall_silent()
            await began.wait()
            await tell(here, "7")
            await heard.wait()
        await listener.stop()


async def test_it_stops_though_the_line_fell_silent(postgres_url: str) -> None:
    began = asyncio.Event()
    async with lossy_line(postgres_url) as (line, url):
        listener = Listener(
            parse_url(url)[1],
            CHANNEL,
            heard=lambda _: None,
            began=began.set,
            times=ListenerTimes(pause=0.01, patience=0.2),
        )
        listener.start()
        async with asyncio.timeout(PATIENCE):
            await began.wait()
            line.fall_silent()
            await listener.stop()
