"""The simulated Discord's page, beside the inspector: what a person types there is delivered."""

import asyncio
import importlib.util

import pytest
from playwright.async_api import Browser, Page, expect

from bot.demo.cast import ADMIN, MEMBERS, display
from bot.demo.main import GUIDED
from bot.demo.receiver import Receipt
from bot.demo.stage import Stage
from bot.demo.story import inspecting, previewing
from tests.e2e.demo.conftest import Screen
from tests.support.patience import PATIENCE

MISSING = [name for name in GUIDED if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.thorough("one flow in the browser is enough for the inner loop"),
    pytest.mark.skipif(bool(MISSING), reason=f"needs the extra demo: {', '.join(MISSING)} missing"),
]


async def test_a_command_typed_by_the_admin_reaches_the_receiver(
    browser: Browser, live: Stage, screen: Screen
) -> None:
    page = await browser.new_page()
    arrived = asyncio.Queue[Receipt]()
    live.receiver.watch(arrived.put_nowait)
    async with previewing(live) as preview, inspecting(live, screen.terminal):
        await page.goto(preview.url)
        people = page.get_by_label("Viewing as").locator("option")
        await expect(people).to_have_text([display(name) for name in (ADMIN, *MEMBERS)])
        await live.world.join()  # while the page is open
        await looked(page)
        composer = page.locator("#channel-composer-input")
        await composer.press_sequentially("/webhook list")
        await expect(page.get_by_text("All webhooks of this server").first).to_be_visible()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="Command /webhook list")).to_be_visible()
        await page.get_by_role("button", name="Send").click()
        await expect(page.get_by_text("Webhooks of this server", exact=True)).to_be_visible()
        await live.world.ping("backend")
        await expect(page.get_by_text("is on its way").first).to_be_visible()
        async with asyncio.timeout(PATIENCE):  # a join waits a moment for its invite
            received = [await arrived.get() for _ in range(2)]
    assert {receipt.event_type for receipt in received} == {"member.joined", "test.ping"}
    assert live.env.errors == []


async def looked(page: Page) -> None:
    """The page refuses acts on what it has not seen; of two looks, one began after now."""
    for _ in range(2):
        async with page.expect_response(lambda response: response.url.endswith("/api/state")):
            pass
