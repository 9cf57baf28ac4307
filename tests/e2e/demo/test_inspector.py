"""The inspector in a real browser: a person presses a button and watches the delivery arrive."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Literal

import pytest
from playwright.async_api import Locator, Page, expect

from bot.demo.inspector import Inspector
from bot.demo.stage import Stage
from bot.demo.story import inspecting
from tests.e2e.demo.conftest import Screen
from tests.support.patience import PATIENCE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.thorough(
        "one flow in the browser is enough for the inner loop",
        but="test_a_join_appears_delivered_with_a_valid_signature",
    ),
]

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
async def inspector(live: Stage, screen: Screen) -> AsyncGenerator[Inspector]:
    async with inspecting(live, screen.terminal) as opened:
        yield opened


@pytest.fixture
async def opened(page: Page, inspector: Inspector) -> Page:
    await page.goto(inspector.url)
    await expect(page.locator("#line")).to_have_text("Live")
    return page


def newest(page: Page) -> Locator:
    return page.locator("#events > li").first


async def press(page: Page, label: str) -> None:
    await page.get_by_role("button", name=label, exact=True).click()


@pytest.mark.thorough("a browser; that of the dashboard stays")
async def test_a_join_appears_delivered_with_a_valid_signature(
    opened: Page, screen: Screen
) -> None:
    await expect(opened.locator("#empty")).to_be_visible()
    await press(opened, "Somebody joins")
    event = newest(opened)
    await expect(event).to_contain_text("member.joined")
    await expect(event).to_contain_text("amber_puffin joined")
    await expect(event.locator("[data-part=state]")).to_have_text("delivered")
    await expect(event.locator("[data-part=signature]")).to_have_text("signature valid")
    await expect(event.locator("[data-part=facts]")).to_contain_text("1 attempt · HTTP 200")
    await expect(opened.locator("#told")).to_have_text("amber_puffin joined.")
    await expect(opened.locator("#news")).to_contain_text("signature valid")
    await expect(opened.locator("#empty")).to_be_hidden()
    assert any(line.startswith("member.joined") for line in screen.lines)


async def test_a_delivery_opens_by_keyboard_and_shows_what_was_sent(opened: Page) -> None:
    await press(opened, "Send a test ping")
    summary = newest(opened).locator("summary")
    await expect(newest(opened)).to_contain_text("test.ping")
    await summary.focus()
    await opened.keyboard.press("Enter")
    inside = newest(opened).locator(".inside")
    await expect(inside).to_be_visible()
    await expect(inside.locator("[data-part=headers]")).to_contain_text("Phantom-Signature")
    await expect(inside.locator("[data-part=body]")).to_contain_text('"type": "test.ping"')
    await press(opened, "Somebody joins")
    await expect(opened.locator("#events > li")).to_have_count(2)
    await expect(inside.nth(0)).to_be_hidden()
    await expect(opened.locator("#events > li").nth(1).locator(".inside")).to_be_visible()


async def test_a_ban_and_its_end_name_the_moderator(opened: Page, live: Stage) -> None:
    await opened.get_by_label("A member").select_option(label="salt_lark")
    await press(opened, "Ban salt_lark")
    await expect(newest(opened)).to_contain_text("salt_lark was banned")
    body = newest(opened).locator("[data-part=body]")
    await expect(body).to_contain_text(f'"moderator_id": "{live.world.cast.admin.id}"')
    await press(opened, "Unban salt_lark")
    await expect(newest(opened)).to_contain_text("The ban of salt_lark was lifted")


async def test_a_failing_receiver_is_shown_with_the_wait(opened: Page) -> None:
    await press(opened, "Answer 500 to the next two")
    await expect(opened.locator("#manner")).to_contain_text("next 2 requests")
    await press(opened, "Somebody joins")
    event = newest(opened)
    await expect(event.locator("[data-part=state]")).to_have_text("pending")
    await expect(event.locator("[data-part=due]")).to_contain_text("next attempt in")
    await expect(event.locator("[data-part=facts]")).to_contain_text("HTTP 500")


async def test_the_receiver_breaks_and_recovers(opened: Page, live: Stage) -> None:
    manner = opened.locator("#manner")
    await expect(manner).to_have_text("It answers as it should.")
    await press(opened, "Answer 500 until told otherwise")
    await expect(manner).to_contain_text("answers 500 until")
    for _ in range(3):  # more often than “the next two” would last
        await press(opened, "Send a test ping")
        await expect(newest(opened).locator("[data-part=facts]")).to_contain_text("HTTP 500")
    await press(opened, "Recover")
    await expect(manner).to_have_text("It answers as it should.")
    await press(opened, "Send a test ping")
    await expect(newest(opened).locator("[data-part=state]")).to_have_text("delivered")


async def test_a_hanging_receiver_lets_go_when_it_recovers(opened: Page, live: Stage) -> None:
    arrived = asyncio.Event()
    live.receiver.watch(lambda _receipt: arrived.set())
    await press(opened, "Hang")
    await expect(opened.locator("#manner")).to_contain_text("never answers")
    await press(opened, "Send a test ping")
    async with asyncio.timeout(PATIENCE):
        await arrived.wait()
    await expect(newest(opened).locator("[data-part=facts]")).to_contain_text("0 attempts")
    await press(opened, "Recover")
    await expect(newest(opened).locator("[data-part=facts]")).to_contain_text("HTTP 504")
    await expect(newest(opened).locator("[data-part=due]")).to_contain_text("next attempt in")


async def test_a_kick_and_an_invite_are_named(opened: Page, live: Stage) -> None:
    await opened.get_by_label("A member").select_option(label="salt_lark")
    await press(opened, "Kick salt_lark")
    kicked = f"salt_lark was kicked by {live.world.cast.admin.id}"
    await expect(newest(opened)).to_contain_text(kicked)
    await press(opened, "Joins by an invite")
    code = live.world.cast.invite.code
    await expect(newest(opened)).to_contain_text(f"joined through the invite {code}")


async def test_a_wrong_secret_is_explained_and_mended(opened: Page, live: Stage) -> None:
    good = live.receiver.secrets.pop()
    live.receiver.learn("whsec_of_somebody_else")
    await press(opened, "Somebody joins")
    event = newest(opened)
    await expect(event.locator("[data-part=signature]")).to_have_text("signature invalid")
    await expect(event.locator("[data-part=state]")).to_have_text("failed")
    await opened.get_by_text("Give it another secret").click()
    await opened.get_by_label("The secret that Discord showed").fill(good)
    await opened.get_by_role("button", name="Give", exact=True).click()
    await expect(opened.locator("#told")).to_contain_text("knows this secret")
    await press(opened, "Somebody joins")
    await expect(newest(opened).locator("[data-part=signature]")).to_have_text("signature valid")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_reaches_past_the_edge(
    scheme: Literal["light", "dark"], opened: Page
) -> None:
    await opened.emulate_media(color_scheme=scheme)
    await press(opened, "Somebody joins")
    await newest(opened).locator("summary").click()
    await opened.get_by_text("Give it another secret").click()
    for width in (1280, 768, 390, 320):
        await opened.set_viewport_size({"width": width, "height": 844})
        await expect(newest(opened).locator("pre")).to_be_visible()
        assert await opened.evaluate(OVERFLOW) <= 0, width


async def test_the_page_says_when_the_demo_has_ended(opened: Page, inspector: Inspector) -> None:
    await inspector.stop()
    await expect(opened.locator("#line")).to_contain_text("Not connected")
