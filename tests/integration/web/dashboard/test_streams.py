"""News of the dashboard: told while the page may be seen, and never in the way of a stop."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
from sqlalchemy import text

from bot.web.streams import EVERY, MOST, MOST_OF_ONE, Stream
from tests.integration.web.dashboard.dashboard_env import ADMIN, MANAGER, DashboardEnv
from tests.integration.web.portal.portal_env import Visitor
from tests.support.emitter_setup import GUILD
from tests.support.loops import turn


@asynccontextmanager
async def listening(
    dash: DashboardEnv, visitor: Visitor, **query: str
) -> AsyncGenerator[aiohttp.ClientResponse]:
    session = visitor._session  # pyright: ignore[reportPrivateUsage] - it has the cookies
    async with session.get(dash.base / "dashboard/events" % query) as answer:
        assert answer.status == 200
        yield answer


async def news(dash: DashboardEnv, answer: aiohttp.ClientResponse) -> bytes:
    """The next line that says something; time passes until there is one."""
    reading = asyncio.ensure_future(answer.content.readline())
    while True:
        while not reading.done():
            dash.clock.advance(EVERY)
            await asyncio.wait({reading}, timeout=0.01)
        line = reading.result()
        if line.strip() or not line:
            return line
        reading = asyncio.ensure_future(answer.content.readline())


async def test_what_changes_is_told_and_silence_is_filled(dash: DashboardEnv) -> None:
    visitor = await dash.signed_in()
    async with listening(dash, visitor) as answer:
        assert answer.content_type == "text/event-stream"
        assert await news(dash, answer) == b": here\n"
        await dash.endpoint(patterns=("member.*",))
        assert await news(dash, answer) == b"event: changed\n"
        assert (await news(dash, answer)).startswith(b"data: ")
        await dash.happens()
        assert await news(dash, answer) == b"event: changed\n"


async def test_what_changed_since_the_page_was_read_is_told_at_once(dash: DashboardEnv) -> None:
    visitor, endpoint = await dash.signed_in(), await dash.endpoint(patterns=("member.*",))
    pages = ["/dashboard", f"/dashboard/endpoints/{endpoint.id}"]
    marks = list[str]()
    for path in pages:
        (script,) = (await visitor.get(path)).page.all("script")
        marks.append(str(script["data-mark"]))
    async with listening(dash, visitor, mark=marks[0]) as answer:
        assert await answer.content.readline() == b": here\n"
    await dash.happens()
    for mark in marks:
        async with listening(dash, visitor, mark=mark) as answer:
            assert await answer.content.readline() == b"event: changed\n"


async def test_it_ends_with_the_session_and_with_the_rights(dash: DashboardEnv) -> None:
    first, second = await dash.signed_in(), await dash.signed_in()
    async with listening(dash, first) as one, listening(dash, second) as other:
        form = (await first.fill("/dashboard"))["form"]
        await first.post("/dashboard/sign-out", {"form": form})
        while (line := await news(dash, one)) != b"event: over\n":
            assert line == b": here\n"
        dash.discord.people[MANAGER].permissions = frozenset()
        while (line := await news(dash, other)) != b"event: over\n":
            assert line == b": here\n"
        assert await one.content.read() == await other.content.read() == b"data: .\n\n"


async def test_a_fifth_tab_ends_the_first_ones_and_all_together_are_bounded(
    dash: DashboardEnv,
) -> None:
    visitor = await dash.signed_in()
    async with AsyncExitStack() as tabs:
        first = await tabs.enter_async_context(listening(dash, visitor))
        for _tab in range(MOST_OF_ONE):
            await tabs.enter_async_context(listening(dash, visitor))
        # It is told why, or it would come again and be the second one's end.
        assert (await first.content.read()).endswith(b"event: moved\ndata: .\n\n")
        assert len(dash.streams) == MOST_OF_ONE
    while len(dash.streams):  # a page that was left is noticed at the next look
        dash.clock.advance(EVERY)
        await turn()
    opened = dash.streams._open  # pyright: ignore[reportPrivateUsage] - sixty-four browsers
    opened.update({Stream(str(number)): None for number in range(MOST)})
    assert (await visitor.get("/dashboard/events")).status == 503


async def test_nobody_listens_who_is_not_signed_in(dash: DashboardEnv) -> None:
    assert (await dash.visitor().get("/dashboard/events")).status == 401


async def test_a_stop_does_not_wait_for_pages_that_are_open(dash: DashboardEnv) -> None:
    visitor = await dash.signed_in()
    async with listening(dash, visitor) as answer:
        began = time.monotonic()
        await dash.server.stop()  # it gives what is under way ten seconds
        assert time.monotonic() - began < 5
        assert await answer.content.read() in (b"", b": here\n\n")


async def test_the_mark_is_another_one_after_each_outcome_and_no_scan(dash: DashboardEnv) -> None:
    pulse, endpoint = dash.webhooks.pulse, await dash.endpoint(patterns=("member.*",))
    marks = [await pulse.mark(GUILD)]
    for _time in range(2):
        dash.clock.advance(1)
        await dash.happens()
        marks.append(await pulse.mark(GUILD))
    assert await pulse.mark(GUILD) == marks[-1]
    await dash.webhooks.service.pause(ADMIN, endpoint.name)
    marks += [await pulse.mark(GUILD), await pulse.mark(GUILD + 1)]
    assert len({*marks}) == 5
    if dash.emitter.database.is_sqlite:
        sql = "SELECT max(id) FROM delivery WHERE endpoint_id = 1"
        async with dash.emitter.database.reading() as reading:
            plan = (await reading.execute(text(f"EXPLAIN QUERY PLAN {sql}"))).all()
        assert "delivery_endpoint" in str(plan)
