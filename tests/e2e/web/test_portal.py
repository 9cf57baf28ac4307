"""Somebody appeals in a real browser, and reads the answer there; the whole bot is behind it."""

import re
from collections.abc import AsyncGenerator

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.appeals.scene import AppealsScene
from tests.e2e.web.page_views import SCHEMES, SIZES, Scheme, looking, picture
from tests.support.messages import read

pytestmark = pytest.mark.browser

SORRY = "I did not know the rule. I have read it now."
OUTLINE = "getComputedStyle(document.activeElement).outlineWidth"
AT = "document.activeElement.textContent.trim().slice(0, 40) || document.activeElement.id"


@pytest.fixture
async def link(appeals: AppealsScene) -> str:
    """The otter was banned; the address of the page, at the port that the bot listens on."""
    await appeals.scene.does("ban", user=appeals.scene.otter, reason="Advertising")
    return await address(appeals)


async def address(appeals: AppealsScene) -> str:
    web = appeals.scene.world.app.web
    assert web is not None
    return f"http://127.0.0.1:{web.ports[0]}/appeals/{await appeals.token()}"


@pytest.fixture
async def context(browser: Browser) -> AsyncGenerator[BrowserContext]:
    async with looking(browser, scripts=False) as opened:
        yield opened


def field(page: Page) -> Locator:
    return page.get_by_label("What should the staff know?")


def headline(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


@pytest.mark.parametrize("device", SIZES)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.thorough("one screen shows the way", but="dark-phone")
async def test_by_keyboard_alone_from_the_link_to_the_approval(
    scheme: Scheme, device: str, browser: Browser, appeals: AppealsScene, link: str
) -> None:
    await appeals.choose("invite_channel_id", appeals.channel.id)
    async with looking(browser, scheme=scheme, size=SIZES[device], scripts=False) as context:
        page = await context.new_page()
        await page.goto(link)
        await expect(headline(page)).to_have_text("Appeal your ban")
        stops: list[str] = []
        for _stop in range(3):
            await page.keyboard.press("Tab")
            stops.append(await page.evaluate(AT))
            assert await page.evaluate(OUTLINE) == "3px", stops
        assert stops == ["Skip to the content", "message", "Send to the staff"]
        await page.keyboard.press("Shift+Tab")
        await page.keyboard.type(SORRY)
        await picture(page, f"typed-{scheme}-{device}")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(headline(page)).to_have_text("Your appeal is with the staff")
        await expect(page.get_by_role("status")).to_be_focused()
        await expect(page.get_by_role("status")).to_contain_text("Your words have arrived")
        await expect(page.get_by_text(SORRY)).to_be_visible()
        await picture(page, f"sent-{scheme}-{device}")
        await appeals.sweep()
        assert SORRY in read(appeals.card())
        await appeals.presses("Approve", "Welcome back!")
        await page.keyboard.press("F5")
        await page.goto(link)  # what a person does who opens the message again
        await expect(headline(page)).to_have_text("Your appeal was approved")
        await expect(page.get_by_role("status")).to_contain_text("The ban was lifted.")
        await expect(page.get_by_text("Welcome back!")).to_be_visible()
        await expect(page.get_by_role("link", name="again")).to_have_attribute(
            "href", re.compile("^https://discord.gg/")
        )
        await picture(page, f"welcome-{scheme}-{device}")
    assert not appeals.scene.is_banned(appeals.scene.otter)


async def test_own_questions_are_answered_by_keyboard_on_a_phone_without_scripts(
    browser: Browser, appeals: AppealsScene, link: str
) -> None:
    await appeals.choose("question_1", "What happened?")
    await appeals.choose("question_2", "Why should we let you back in?")
    async with looking(browser, size=SIZES["phone"], scripts=False) as context:
        page = await context.new_page()
        await page.goto(link)
        await page.keyboard.press("Tab")
        for words in ("I advertised.", "It will not happen again."):
            await page.keyboard.press("Tab")
            assert await page.evaluate(OUTLINE) == "3px"
            await page.keyboard.type(words)
        await picture(page, "answered-phone")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(headline(page)).to_have_text("Your appeal is with the staff")
        await expect(page.get_by_text("It will not happen again.")).to_be_visible()
    await appeals.sweep()
    message = (
        "What happened?\nI advertised.\n\nWhy should we let you back in?\nIt will not happen again."
    )
    assert (await appeals.newest()).message == message
    assert message in read(appeals.card())


@pytest.mark.thorough("one flow in the browser is enough for the inner loop")
async def test_a_denial_is_read_on_the_page(
    context: BrowserContext, appeals: AppealsScene, link: str
) -> None:
    page = await context.new_page()
    await page.goto(link)
    await field(page).fill(SORRY)
    await page.get_by_role("button").click()
    await appeals.sweep()
    await appeals.presses("Deny", "Wait a month.")
    await page.reload()
    await expect(headline(page)).to_have_text("Your appeal was denied")
    await expect(page.get_by_text("Wait a month.")).to_be_visible()
    await expect(page.get_by_role("status")).to_contain_text("You can appeal again from")


@pytest.mark.thorough("one flow in the browser is enough for the inner loop")
async def test_the_summary_leads_to_the_field_and_the_text_is_kept(
    context: BrowserContext, link: str
) -> None:
    page = await context.new_page()
    await page.goto(link)
    await field(page).fill("   ")
    await page.get_by_role("button").click()
    await expect(page.get_by_role("alert")).to_be_focused()
    await expect(page).to_have_title(re.compile("^Not sent: "))
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(field(page)).to_be_focused()
    await expect(field(page)).to_have_attribute("aria-invalid", "true")
    described = await field(page).get_attribute("aria-describedby")
    assert described == "hint problem"
    await expect(field(page)).to_have_value("   ")


@pytest.mark.thorough("one flow in the browser is enough for the inner loop")
async def test_the_back_button_and_a_reload_send_nothing_twice(
    context: BrowserContext, appeals: AppealsScene, link: str
) -> None:
    page = await context.new_page()
    await page.goto(link)
    await field(page).fill(SORRY)
    await page.get_by_role("button").click()
    await page.reload()
    await expect(headline(page)).to_have_text("Your appeal is with the staff")
    await page.go_back()
    await expect(headline(page)).to_have_text("Your appeal is with the staff")
    await page.go_forward()
    await expect(headline(page)).to_have_text("Your appeal is with the staff")
    assert (await appeals.newest()).attempt == 1


@pytest.mark.thorough("one flow in the browser is enough for the inner loop")
async def test_two_tabs_opened_from_another_site_make_one_appeal(
    context: BrowserContext, appeals: AppealsScene, link: str
) -> None:
    """The way from Discord: a Strict cookie stays behind, and the tabs do not spoil each other."""
    tabs: list[Page] = []
    for _tab in range(2):
        page = await context.new_page()
        await page.goto(f"data:text/html,<title>Elsewhere</title><a href='{link}'>Appeal</a>")
        await page.get_by_role("link").click()
        await field(page).fill(f"{SORRY} Tab {len(tabs) + 1}.")
        tabs.append(page)
    for page in tabs:
        await page.get_by_role("button").click()
        await expect(headline(page)).to_have_text("Your appeal is with the staff")
        await expect(page.get_by_text("Tab 1.")).to_be_visible()
    assert (await appeals.newest()).message.endswith("Tab 1.")


@pytest.mark.thorough("one flow in the browser is enough for the inner loop")
async def test_another_site_cannot_send_the_form(
    context: BrowserContext, appeals: AppealsScene, link: str
) -> None:
    page = await context.new_page()
    await page.goto(link)
    hidden = await page.locator("input[name=form]").get_attribute("value")
    await page.goto(
        f"data:text/html,<form method=post action='{link}'><input name=form value='{hidden}'>"
        "<input name=message value='Insults'><button>Win a prize</button></form>"
    )
    await page.get_by_role("button").click()
    await expect(page.get_by_role("alert")).to_contain_text("It was stopped.")
    await expect(field(page)).to_have_value("")
    case = await appeals.scene.case(1)
    assert await appeals.service.of_case(appeals.scene.guild_id, case.id) == []


@pytest.mark.thorough("one flow in the browser is enough for the inner loop")
async def test_a_page_left_open_keeps_what_was_typed(
    context: BrowserContext, appeals: AppealsScene, link: str
) -> None:
    page = await context.new_page()
    await page.goto(link)
    await field(page).fill(SORRY)
    appeals.scene.world.clock.advance(25 * 3600)
    await page.get_by_role("button").click()
    await expect(page.get_by_role("alert")).to_contain_text("press the button once more")
    await expect(field(page)).to_have_value(SORRY)
    await page.get_by_role("button").click()
    await expect(headline(page)).to_have_text("Your appeal is with the staff")


@pytest.mark.thorough("one flow in the browser is enough for the inner loop")
async def test_the_browser_lets_in_as_much_as_the_bot_takes(
    context: BrowserContext, appeals: AppealsScene, link: str
) -> None:
    page = await context.new_page()
    await page.goto(link)
    await field(page).focus()
    await page.keyboard.insert_text("line\n" * 600)
    typed = await field(page).input_value()
    assert len(typed) == 2000
    await page.get_by_role("button").click()
    await expect(headline(page)).to_have_text("Your appeal is with the staff")
    assert (await appeals.newest()).message == typed.strip()
