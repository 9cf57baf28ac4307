"""Every state of the page in a real browser: by axe, in both colour schemes, on both screens."""

import re
from collections.abc import AsyncGenerator, Callable, Coroutine
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect
from yarl import URL

from tests.e2e.web.page_views import check, check_everywhere, looking, picture
from tests.integration.web.portal.portal_env import Desk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.thorough("one flow in the browser is enough for the inner loop"),
]

DAY = timedelta(days=1)
SORRY = (
    "I posted that link because somebody asked me where I had found it. I did not know that it "
    "counts as advertising.\n\nI have read the rules now, and I would like to come back."
)
ANSWER = "You had two warnings about this in one week. Read the rules and write again in a month."
REASON = "Advertising in #general, after two warnings"
Reach = Callable[[Desk], Coroutine[None, None, str]]


async def may_appeal(desk: Desk) -> str:
    return (await desk.punished(reason=REASON))[1]


async def may_appeal_for_the_last_time(desk: Desk) -> str:
    await desk.choose(attempts=1)
    return (await desk.punished("tempban", duration=7 * DAY, reason=REASON))[1]


async def is_open(desk: Desk) -> str:
    _case, path = await desk.punished(reason=REASON)
    await desk.appeals.submit(path.rpartition("/")[2], SORRY)
    return path


async def approved(desk: Desk) -> str:
    case, path = await desk.punished("timeout", duration=3 * DAY, reason=REASON)
    await desk.appeals.submit(path.rpartition("/")[2], SORRY)
    await desk.decide(case, "approved", "Thank you for reading the rules. Welcome back!")
    return path


async def denied(desk: Desk, attempts: int) -> str:
    await desk.choose(attempts=attempts)
    case, path = await desk.punished("mute", reason=REASON)
    await desk.appeals.submit(path.rpartition("/")[2], SORRY)
    await desk.decide(case, "denied", ANSWER)
    return path


async def too_soon(desk: Desk) -> str:
    return await denied(desk, 3)


async def again(desk: Desk) -> str:
    path = await denied(desk, 3)
    desk.bench.clock.advance(30 * DAY.total_seconds())
    return path


async def used_up(desk: Desk) -> str:
    return await denied(desk, 1)


async def denied_and_switched_off(desk: Desk) -> str:
    path = await denied(desk, 3)
    await desk.choose(enabled=False)
    return path


async def closed(desk: Desk) -> str:
    case, path = await desk.punished("timeout", duration=DAY, reason=REASON)
    await desk.appeals.submit(path.rpartition("/")[2], SORRY)
    desk.bench.clock.advance(DAY.total_seconds() + 1)
    await desk.decide(case, "approved")
    return path


async def ended(desk: Desk) -> str:
    path = (await desk.punished("mute", duration=DAY, reason=REASON))[1]
    desk.bench.clock.advance(DAY.total_seconds() + 1)
    return path


async def switched_off(desk: Desk) -> str:
    path = (await desk.punished(reason=REASON))[1]
    await desk.choose(enabled=False)
    return path


async def expired(desk: Desk) -> str:
    path = (await desk.punished())[1]
    desk.bench.clock.advance(31 * DAY.total_seconds())
    return path


async def forged(desk: Desk) -> str:
    return "/appeals/nonsense"


async def rate_limited(desk: Desk) -> str:
    path = (await desk.punished())[1]
    visitor = desk.visitor()
    while (await visitor.get(path)).status != 429:
        pass
    return path


async def without_discord(desk: Desk) -> str:
    path = (await desk.punished())[1]
    desk.bench.discord.is_connected = False
    return path


STATES: dict[Reach, str] = {
    may_appeal: "Appeal your ban",
    may_appeal_for_the_last_time: "Appeal your ban",
    is_open: "Your appeal is with the staff",
    approved: "Your appeal was approved",
    too_soon: "Your appeal was denied",
    again: "Appeal your mute",
    used_up: "Your appeal was denied",
    denied_and_switched_off: "Your appeal was denied",
    closed: "Your appeal was closed",
    ended: "This is already over",
    switched_off: "Appeals are switched off",
    expired: "This link has expired",
    forged: "This link does not work",
    rate_limited: "That was a little fast",
    without_discord: "Not available right now",
}


@pytest.fixture
async def page(browser: Browser, desk: Desk) -> AsyncGenerator[Page]:
    desk.bench.discord.name = "The Quiet Harbour"
    async with looking(browser) as context:
        yield await context.new_page()


def at(desk: Desk, path: str) -> str:
    return str(desk.base.join(URL(path, encoded=True)))


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
async def test_every_state_is_clear_and_open_to_all(reach: Reach, page: Page, desk: Desk) -> None:
    await page.goto(at(desk, await reach(desk)))
    await expect(page.get_by_role("heading", level=1)).to_have_text(STATES[reach])
    await expect(page).to_have_title(re.compile(re.escape(STATES[reach])))
    await check_everywhere(page, reach.__name__)


async def test_a_refused_form_is_open_to_all(page: Page, desk: Desk) -> None:
    await page.goto(at(desk, await may_appeal(desk)))
    await page.get_by_role("button", name="Send to the staff").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await check_everywhere(page, "empty")
    await page.context.clear_cookies()
    await page.get_by_role("textbox").fill(SORRY)
    await page.get_by_role("button", name="Send to the staff").click()
    await expect(page.get_by_role("alert")).to_contain_text("press the button once more")
    await expect(page.get_by_role("textbox")).to_have_value(SORRY)
    await check_everywhere(page, "not_ours")


@pytest.mark.parametrize("width", [640, 320])
async def test_what_people_typed_stays_in_its_place(
    width: int, browser: Browser, desk: Desk
) -> None:
    """320 pixels is also 1280 at a zoom of 400 %, 640 at one of 200 %."""
    zalgo = "Z" + "\u0335\u0321\u0352\u036b\u0489" * 40
    desk.bench.discord.name = f"{zalgo} {'W' * 80} \u202eelcric"
    case, path = await desk.punished(reason=f"{'M' * 300} {zalgo}"[:400])
    async with looking(browser, size={"width": width, "height": 800}) as context:
        page = await context.new_page()
        await page.goto(at(desk, path))
        await check(page, f"hostile-form-{width}")
        await page.get_by_role("textbox").fill(f"{'x' * 900} {zalgo * 3} שלום world")
        await page.get_by_role("button", name="Send to the staff").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "Your appeal is with the staff"
        )
        await desk.decide(case, "denied", f"{'N' * 300}{zalgo}"[:400])
        await page.reload()
        await check(page, f"hostile-denied-{width}")


async def test_it_prints_without_what_only_a_screen_needs(browser: Browser, desk: Desk) -> None:
    async with looking(browser) as context:
        page = await context.new_page()
        await page.goto(at(desk, await may_appeal(desk)))
        await page.emulate_media(media="print", color_scheme="dark")
        await expect(page.get_by_role("button")).to_be_hidden()
        paper = "getComputedStyle(document.body).backgroundColor"
        assert await page.evaluate(paper) == "rgb(255, 255, 255)"
        await picture(page, "print")


async def test_nothing_moves_for_whoever_asks_for_stillness(browser: Browser, desk: Desk) -> None:
    moving = "getComputedStyle(document.querySelector('button')).transitionDuration"
    async with looking(browser) as context:
        page = await context.new_page()
        await page.goto(at(desk, await may_appeal(desk)))
        await page.emulate_media(reduced_motion="no-preference")
        assert await page.evaluate(moving) != "0s"
        await page.emulate_media(reduced_motion="reduce")
        assert await page.evaluate(moving) == "0s"
