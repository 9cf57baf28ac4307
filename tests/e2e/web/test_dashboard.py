"""The dashboard in a real browser: every button, at the receiver and in the database."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import aiohttp
import pytest
from aiohttp import web
from playwright.async_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import text

from bot.clock import ManualClock
from bot.web.streams import EVERY, MOST_OF_ONE
from tests.conftest import OpenEmitter
from tests.e2e.web.page_views import SIZES, check_everywhere, looking
from tests.integration.web.dashboard.dashboard_env import DashboardEnv, opened
from tests.support.loops import turn
from tests.support.receiver import Receiver

pytestmark = pytest.mark.browser

HOSTILE = '<img src=x onerror="document.title=1"> \u202eabc \N{WAVING HAND SIGN} مرحبا'
STREAM = "**/dashboard/events*"
LONG = "a_very_long_name_without_any_blank_in_it"


@pytest.fixture
async def dash(
    emitter: OpenEmitter, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[DashboardEnv]:
    async with opened(await emitter(jitter=0), clock, receiver) as made:
        made.discord.name = "The Harbour \u202e مرفأ"
        yield made


async def enter(dash: DashboardEnv, context: BrowserContext) -> Page:
    """Open a link as a person does."""
    page = await context.new_page()
    await page.goto(f"{str(dash.base).rstrip('/')}{await dash.link()}")
    await page.get_by_role("button", name="Open").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Webhooks")
    return page


async def press(dash: DashboardEnv, page: Page, label: str) -> str:
    """Press a button; what the page says then."""
    dash.clock.advance(10)
    await page.get_by_role("button", name=label, exact=True).click()
    said = page.locator("#said")
    await expect(said).to_be_visible()
    await dash.emitter.worker.idle()
    return (await said.inner_text()).strip()


async def state(dash: DashboardEnv) -> str:
    return (await dash.rows("endpoint"))[0]["state"]


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
@pytest.mark.parametrize("device", SIZES)
@pytest.mark.thorough("one walk shows the way", but="phone-without scripts")
async def test_every_button_does_what_it_says(
    device: str, scripts: bool, browser: Browser, dash: DashboardEnv
) -> None:
    await dash.endpoint(patterns=("member.*",))
    async with looking(browser, size=SIZES[device], scripts=scripts) as context:
        page = await enter(dash, context)
        await page.get_by_role("link", name="backend").click()
        assert "test.ping" in await press(dash, page, "Send a test")
        assert [one.type for one in dash.receiver.requests] == ["test.ping"]
        assert "is paused" in await press(dash, page, "Pause")
        assert await state(dash) == "paused"
        await dash.happens()
        assert len(dash.receiver.requests) == 1
        assert "receives again" in await press(dash, page, "Resume")
        assert len(dash.receiver.requests) == 2
        assert "switched off" in await press(dash, page, "Disable")
        assert await state(dash) == "disabled"
        assert "switched on" in await press(dash, page, "Enable")
        assert await state(dash) == "active"
        await fail(dash)
        dash.clock.advance(60)
        await page.goto(re.sub(r"#.*", "", page.url))
        boxes = page.locator("input[name=delivery]")
        await expect(boxes).to_have_count(2)
        await boxes.first.check()
        assert "1 delivery goes out again" in await press(dash, page, "Redeliver what is ticked")
        assert len(dash.receiver.requests) == 3
        assert "1 delivery goes out again" in await press(dash, page, "Redeliver all failed")
        assert len(dash.receiver.requests) == 4
        await page.get_by_label("Redeliver what failed or was missed since").fill("2h")
        await page.get_by_label("Also what arrived already").check()
        assert "2 deliveries go out again" in await press(dash, page, "Redeliver since then")
        assert len(dash.receiver.requests) == 6
        await leave(dash, page)
    sources = {source for _kind, source, _who in await dash.entries()}
    assert sources == {"dashboard"}


async def leave(dash: DashboardEnv, page: Page) -> None:
    """By a look at the first delivery."""
    dash.clock.advance(60)
    await page.get_by_role("link", name="#1", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Delivery 1")
    await expect(page.get_by_text("sent_by_user_id")).to_be_visible()
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Signed out")
    assert await dash.rows("dashboard_session") == []


async def fail(dash: DashboardEnv) -> None:
    """All that was sent so far has failed, and its answers are hostile."""
    async with dash.emitter.database.transaction() as tx:
        await tx.execute(text("UPDATE delivery SET state = 3, settled_at = due_at"))
        change = text("UPDATE attempt SET status = 503, detail = 'Busy', answer = :answer")
        await tx.execute(change, {"answer": HOSTILE.encode()})


@pytest.mark.thorough("the walk shows a page on a phone", but="none")
async def test_each_state_is_read_by_everybody_everywhere(
    browser: Browser, dash: DashboardEnv
) -> None:
    async with looking(browser) as context:
        page = await context.new_page()
        await page.goto(f"{str(dash.base).rstrip('/')}{await dash.link()}")
        await check_everywhere(page, "dashboard-open")
        await page.get_by_role("button", name="Open").click()
        await check_everywhere(page, "dashboard-empty")
        await dash.endpoint(LONG, patterns=("member.*",))
        await dash.happens(28)
        await fail(dash)
        for _hour in range(5):
            dash.clock.advance(3600)
            await dash.happens(3)
        await page.goto(page.url)
        await check_everywhere(page, "dashboard-overview")
        await page.get_by_role("link", name=LONG).click()
        await press(dash, page, "Examine the receiver")
        dash.receiver.refused.clear()
        await page.get_by_text("Hour by hour").click()
        await check_everywhere(page, "dashboard-endpoint")
        await page.goto(f"{page.url.partition('#')[0]}?page=1")
        assert "wrong" in (await press_again(dash, page))
        await check_everywhere(page, "dashboard-refusal")
        dash.clock.advance(60)
        await page.goto(f"{page.url.partition('#')[0].partition('?')[0]}/deliveries/1")
        assert await page.title() != "1"
        await check_everywhere(page, "dashboard-delivery")
        dash.discord.people.pop(77)
        await page.goto(page.url)
        await expect(page.get_by_text("You are not a member")).to_be_visible()
        await check_everywhere(page, "dashboard-refused")


async def press_again(dash: DashboardEnv, page: Page) -> str:
    """Examined a moment ago: refused."""
    await press(dash, page, "Examine the receiver")
    return str(await page.locator("#said").get_attribute("class"))


async def test_numbers_and_deliveries_are_live(browser: Browser, dash: DashboardEnv) -> None:
    """From the moment in which the page was read, over a restart, and in four tabs at most."""
    await dash.endpoint(patterns=("member.*",))

    async def too_soon(route: Route) -> None:
        await dash.happens()
        await route.continue_()

    async with looking(browser) as context:
        page = await enter(dash, context)
        await page.clock.install()
        await page.route(STREAM, too_soon)
        await page.get_by_role("link", name="backend").click()
        await expect(page.get_by_role("link", name="#1", exact=True)).to_be_visible()
        await page.unroute(STREAM)
        await dash.happens()
        for _look in range(40):  # the stream goes by the clock of the test, the page by its own
            dash.clock.advance(EVERY)
            await page.clock.fast_forward(4_000)
            if await page.get_by_text("2 delivered, 0 failed").is_visible():
                break
        await expect(page.get_by_role("link", name="#2", exact=True)).to_be_visible()
        await page.route(STREAM, lambda route: route.fulfill(status=503))
        async with page.expect_event("requestfinished"):
            await dash.streams.end_all(web.Application())
        async with page.expect_response(STREAM):
            await page.clock.fast_forward(10_000)
        await page.unroute(STREAM)
        await dash.happens()
        async with page.expect_response(STREAM):
            await page.clock.fast_forward(10_000)
        await expect(page.get_by_role("link", name="#3", exact=True)).to_be_visible()
        await it_rests_where_others_took_its_place(dash, context, page)


async def it_rests_where_others_took_its_place(
    dash: DashboardEnv, context: BrowserContext, page: Page
) -> None:
    """Until somebody looks at it again."""
    asked, is_over = list[str](), asyncio.Event()
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfinished", lambda _request: is_over.set())
    page.on("requestfailed", lambda _request: is_over.set())
    await others_open_tabs(dash, context)
    await is_over.wait()
    await page.clock.fast_forward(60_000)
    async with page.expect_response(STREAM):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert len(asked) == 1


async def others_open_tabs(dash: DashboardEnv, context: BrowserContext) -> None:
    """So many in the same browser that the oldest one's place is taken; they stay for a moment."""
    cookies = {str(one.get("name")): str(one.get("value")) for one in await context.cookies()}
    async with aiohttp.ClientSession(cookies=cookies) as session, AsyncExitStack() as tabs:
        for _tab in range(MOST_OF_ONE):
            await tabs.enter_async_context(session.get(dash.base / "dashboard/events"))
        while len(dash.streams) > MOST_OF_ONE:
            await turn()
