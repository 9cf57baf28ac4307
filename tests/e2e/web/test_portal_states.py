"""Every state of the page in a real browser: by axe, in both colour schemes, on both screens."""

import re
from collections.abc import AsyncGenerator, Callable, Coroutine
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Page, expect
from yarl import URL

from tests.e2e.web.page_views import check, check_everywhere, looking, picture
from tests.integration.cases.cases_env import HARBOUR_MASTER
from tests.integration.web.portal.portal_env import PortalEnv

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
ASKED = (
    "What happened, in your own words?",
    "W" * 100,  # as long as a question can be, without a place to break
    "هل يمكنني العودة؟",
    "<b>Anything</b> & else?",
    "Who can speak for you?",
)
Reach = Callable[[PortalEnv], Coroutine[None, None, str]]


async def may_appeal(portal: PortalEnv) -> str:
    return (await portal.punished(reason=REASON))[1]


async def may_appeal_for_the_last_time(portal: PortalEnv) -> str:
    await portal.choose(attempts=1)
    return (await portal.punished("tempban", duration=7 * DAY, reason=REASON))[1]


async def is_open(portal: PortalEnv) -> str:
    _case, path = await portal.punished(reason=REASON)
    await portal.appeals.submit(path.rpartition("/")[2], SORRY)
    return path


async def approved(portal: PortalEnv) -> str:
    case, path = await portal.punished("timeout", duration=3 * DAY, reason=REASON)
    await portal.appeals.submit(path.rpartition("/")[2], SORRY)
    await portal.decide(case, "approved", "Thank you for reading the rules. Welcome back!")
    return path


async def denied(portal: PortalEnv, attempts: int) -> str:
    await portal.choose(attempts=attempts)
    case, path = await portal.punished("mute", reason=REASON)
    await portal.appeals.submit(path.rpartition("/")[2], SORRY)
    await portal.decide(case, "denied", ANSWER)
    return path


async def too_soon(portal: PortalEnv) -> str:
    return await denied(portal, 3)


async def again(portal: PortalEnv) -> str:
    path = await denied(portal, 3)
    portal.cases.clock.advance(30 * DAY.total_seconds())
    return path


async def used_up(portal: PortalEnv) -> str:
    return await denied(portal, 1)


async def denied_and_switched_off(portal: PortalEnv) -> str:
    path = await denied(portal, 3)
    await portal.choose(enabled=False)
    return path


async def closed(portal: PortalEnv) -> str:
    case, path = await portal.punished("timeout", duration=DAY, reason=REASON)
    await portal.appeals.submit(path.rpartition("/")[2], SORRY)
    portal.cases.clock.advance(DAY.total_seconds() + 1)
    await portal.decide(case, "approved")
    return path


async def ended(portal: PortalEnv) -> str:
    path = (await portal.punished("mute", duration=DAY, reason=REASON))[1]
    portal.cases.clock.advance(DAY.total_seconds() + 1)
    return path


async def switched_off(portal: PortalEnv) -> str:
    path = (await portal.punished(reason=REASON))[1]
    await portal.choose(enabled=False)
    return path


async def not_yet(portal: PortalEnv) -> str:
    await portal.choose(first_wait_days=14)
    return (await portal.punished(reason=REASON))[1]


async def final(portal: PortalEnv) -> str:
    case, path = await portal.punished(reason=REASON)
    await portal.appeals.finalise(HARBOUR_MASTER, case, is_final=True)
    return path


async def blocked(portal: PortalEnv) -> str:
    case, path = await portal.punished(reason=REASON)
    await portal.appeals.blocks.add(HARBOUR_MASTER, case.user_id)
    return path


async def approved_with_an_invite(portal: PortalEnv) -> str:
    await portal.choose(invite_channel_id=8)
    case, path = await portal.punished(reason=REASON)
    await portal.appeals.submit(path.rpartition("/")[2], SORRY)
    await portal.decide(case, "approved", "Welcome back!")
    return path


async def with_questions(portal: PortalEnv) -> str:
    questions = {f"question_{number}": text for number, text in enumerate(ASKED, 1)}
    await portal.choose(**questions)
    return (await portal.punished(reason=REASON))[1]


async def expired(portal: PortalEnv) -> str:
    path = (await portal.punished())[1]
    portal.cases.clock.advance(31 * DAY.total_seconds())
    return path


async def forged(portal: PortalEnv) -> str:
    return "/appeals/nonsense"


async def rate_limited(portal: PortalEnv) -> str:
    path = (await portal.punished())[1]
    visitor = portal.visitor()
    while (await visitor.get(path)).status != 429:
        pass
    return path


async def without_discord(portal: PortalEnv) -> str:
    path = (await portal.punished())[1]
    portal.cases.discord.is_connected = False
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
    not_yet: "You can appeal later",
    final: "This decision is final",
    blocked: "You cannot appeal here",
    approved_with_an_invite: "Your appeal was approved",
    with_questions: "Appeal your ban",
    switched_off: "Appeals are switched off",
    expired: "This link has expired",
    forged: "This link does not work",
    rate_limited: "That was a little fast",
    without_discord: "Not available right now",
}


@pytest.fixture
async def page(browser: Browser, portal: PortalEnv) -> AsyncGenerator[Page]:
    portal.cases.discord.name = "The Quiet Harbour"
    async with looking(browser) as context:
        yield await context.new_page()


def at(portal: PortalEnv, path: str) -> str:
    return str(portal.base.join(URL(path, encoded=True)))


@pytest.mark.parametrize("reach", STATES, ids=lambda reach: reach.__name__)
async def test_every_state_is_clear_and_open_to_all(
    reach: Reach, page: Page, portal: PortalEnv
) -> None:
    await page.goto(at(portal, await reach(portal)))
    await expect(page.get_by_role("heading", level=1)).to_have_text(STATES[reach])
    await expect(page).to_have_title(re.compile(re.escape(STATES[reach])))
    await check_everywhere(page, reach.__name__)


async def test_a_refused_form_is_open_to_all(page: Page, portal: PortalEnv) -> None:
    await page.goto(at(portal, await may_appeal(portal)))
    await page.get_by_role("button", name="Send to the staff").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await check_everywhere(page, "empty")
    await page.context.clear_cookies()
    await page.get_by_role("textbox").fill(SORRY)
    await page.get_by_role("button", name="Send to the staff").click()
    await expect(page.get_by_role("alert")).to_contain_text("press the button once more")
    await expect(page.get_by_role("textbox")).to_have_value(SORRY)
    await check_everywhere(page, "not_ours")


async def test_refused_answers_are_open_to_all(page: Page, portal: PortalEnv) -> None:
    await page.goto(at(portal, await with_questions(portal)))
    for box in (await page.get_by_role("textbox").all())[:-1]:
        await box.fill("I was loud.")
    await page.get_by_role("button", name="Send to the staff").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    last = page.get_by_label("Who can speak for you?")
    await expect(last).to_be_focused()
    await expect(last).to_have_attribute("aria-invalid", "true")
    await check_everywhere(page, "refused_answers")
    for width in (640, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        await check(page, f"refused_answers-{width}")


@pytest.mark.parametrize("width", [640, 320])
async def test_what_people_typed_stays_in_its_place(
    width: int, browser: Browser, portal: PortalEnv
) -> None:
    """320 pixels is also 1280 at a zoom of 400 %, 640 at one of 200 %."""
    zalgo = "Z" + "\u0335\u0321\u0352\u036b\u0489" * 40
    portal.cases.discord.name = f"{zalgo} {'W' * 80} \u202eelcric"
    case, path = await portal.punished(reason=f"{'M' * 300} {zalgo}"[:400])
    async with looking(browser, size={"width": width, "height": 800}) as context:
        page = await context.new_page()
        await page.goto(at(portal, path))
        await check(page, f"hostile-form-{width}")
        await page.get_by_role("textbox").fill(f"{'x' * 900} {zalgo * 3} שלום world")
        await page.get_by_role("button", name="Send to the staff").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "Your appeal is with the staff"
        )
        await portal.decide(case, "denied", f"{'N' * 300}{zalgo}"[:400])
        await page.reload()
        await check(page, f"hostile-denied-{width}")


async def test_it_prints_without_what_only_a_screen_needs(
    browser: Browser, portal: PortalEnv
) -> None:
    async with looking(browser) as context:
        page = await context.new_page()
        await page.goto(at(portal, await may_appeal(portal)))
        await page.emulate_media(media="print", color_scheme="dark")
        await expect(page.get_by_role("button")).to_be_hidden()
        paper = "getComputedStyle(document.body).backgroundColor"
        assert await page.evaluate(paper) == "rgb(255, 255, 255)"
        await picture(page, "print")


async def test_nothing_moves_for_whoever_asks_for_stillness(
    browser: Browser, portal: PortalEnv
) -> None:
    moving = "getComputedStyle(document.querySelector('button')).transitionDuration"
    async with looking(browser) as context:
        page = await context.new_page()
        await page.goto(at(portal, await may_appeal(portal)))
        await page.emulate_media(reduced_motion="no-preference")
        assert await page.evaluate(moving) != "0s"
        await page.emulate_media(reduced_motion="reduce")
        assert await page.evaluate(moving) == "0s"
