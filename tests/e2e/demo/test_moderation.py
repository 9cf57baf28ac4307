"""The guided demo's case: a ban by command, the private page, the card, in one browser."""

import importlib.util

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from bot.demo.main import GUIDED
from bot.demo.moderation import ANSWER, APPEAL
from bot.demo.stage import Stage
from bot.demo.story import inspecting, previewing
from tests.e2e.demo.conftest import Screen

MISSING = [name for name in GUIDED if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.thorough("one flow in the browser is enough for the inner loop"),
    pytest.mark.skipif(bool(MISSING), reason=f"needs the extra demo: {', '.join(MISSING)} missing"),
]


async def test_a_banned_person_appeals_and_is_heard(
    browser: Browser, live: Stage, screen: Screen
) -> None:
    inspector, discord = await browser.new_page(), await browser.new_page()
    member = live.world.cast.members[-1]
    async with previewing(live) as preview, inspecting(live, screen.terminal) as inspected:
        await inspector.goto(inspected.url)
        await expect(inspector.get_by_text("Private letters")).to_be_hidden()
        await live.moderation.ban(member)

        async with inspector.expect_popup() as opened:
            await inspector.get_by_role("link", name=member.name).click()
        page = await opened.value
        await page.get_by_label("What should the staff know?").fill(APPEAL)
        await page.get_by_role("button", name="Send to the staff").click()
        await expect(page.get_by_text(APPEAL)).to_be_visible()

        await live.moderation.card()
        await inspector.get_by_label("A place").select_option("#appeals")
        await inspector.get_by_role("button", name="Go to #appeals").click()
        await expect(inspector.get_by_text("shows #appeals now")).to_be_visible()
        await discord.goto(preview.url)
        await approved(discord)
        await page.reload()
        await expect(page.get_by_text(ANSWER)).to_be_visible()
        await expect(newest(inspector, "case.appeal_decided")).to_contain_text("delivered")
    assert live.world.banned == []
    assert live.env.errors == []


async def approved(discord: Page) -> None:
    """The admin presses the button on the card that came, and gives a reason."""
    approve = discord.get_by_role("button", name="Approve", exact=True)
    await approve.click()
    form = discord.get_by_role("dialog")
    await form.get_by_role("textbox").fill(ANSWER)
    await form.get_by_role("button", name="Submit").click()
    await expect(approve).to_have_count(0)


def newest(inspector: Page, event: str) -> Locator:
    return inspector.locator("#events > li").filter(has_text=event).first
