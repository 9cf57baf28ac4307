"""Somebody objects in a real browser, by keyboard alone; the whole bot is behind it, axe before."""

import re

import discord
import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.cases.scene import said
from tests.e2e.network.scene import PUBLIC_URL, NetworkScene
from tests.e2e.web.page_views import SCHEMES, SIZES, Scheme, check, looking
from tests.support.messages import read

pytestmark = pytest.mark.browser

SORRY = "My account was stolen. I have it back now."
OUTLINE = "getComputedStyle(document.activeElement).outlineWidth"
AT = "document.activeElement.textContent.trim().slice(0, 40) || document.activeElement.id"


@pytest.fixture
async def link(scene: NetworkScene) -> str:
    """Two servers have reported the otter; the address of their page, at the bot's own port."""
    await scene.approved(scene.world.member.user)
    given = await scene.appeal_link(scene.world.member)
    web = scene.world.app.web
    assert web is not None
    return given.replace(PUBLIC_URL, f"http://127.0.0.1:{web.ports[0]}")


async def headed(page: Page, words: str) -> None:
    await expect(page.get_by_role("heading", level=1)).to_have_text(words)


@pytest.mark.thorough("a browser; that of the dashboard stays")
async def test_by_keyboard_alone_from_the_link_to_the_approval(
    browser: Browser, scene: NetworkScene, link: str
) -> None:
    async with looking(browser, size=SIZES["phone"], scripts=False) as context:
        page = await context.new_page()
        await page.goto(link)
        await headed(page, "What servers say of you")
        await expect(page.get_by_text("30 / 100")).to_be_visible()
        text = await page.content()
        for one in scene.reporters:
            assert one.guild.name not in text
            assert str(one.guild.id) not in text
        stops: list[str] = []
        for _stop in range(3):
            await page.keyboard.press("Tab")
            stops.append(await page.evaluate(AT))
            assert await page.evaluate(OUTLINE) == "3px", stops
        assert stops == ["Skip to the content", "message", "Send to the reviewers"]
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_be_focused()
        await expect(page).to_have_title(re.compile("^Not sent: "))
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_label("What should the reviewers know?")).to_be_focused()
        await page.keyboard.type(SORRY)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await headed(page, "Your appeal is with the reviewers")
        await expect(page.get_by_role("status")).to_be_focused()
        await scene.settled()
        assert SORRY in read(scene.card())
        form = await scene.reviewers[0].click(scene.card(), label="Approve")
        assert "void" in said(await scene.reviewers[0].submit_modal(form, {"reason": "Welcome!"}))
        await page.goto(link)
        await headed(page, "Your appeal was approved")
        await expect(page.get_by_text("Welcome!")).to_be_visible()


@pytest.mark.parametrize("device", SIZES)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.thorough("a browser; that of the dashboard stays")
async def test_every_state_holds_before_axe_and_the_ruler(
    scheme: Scheme, device: str, browser: Browser, scene: NetworkScene, link: str
) -> None:
    objections, token = scene.network.objections, link.rpartition("/")[2]
    async with looking(browser, scheme=scheme, size=SIZES[device]) as context:
        page = await context.new_page()
        await page.goto(link)
        await check(page, f"network-form-{scheme}-{device}")
        await page.get_by_role("button").click()
        await check(page, f"network-problem-{scheme}-{device}")
        await objections.submit(token, "word " * 300)
        await page.goto(link)
        await check(page, f"network-open-{scheme}-{device}")
        form = await scene.reviewers[0].click(await newest(scene), label="Deny")
        await scene.reviewers[0].submit_modal(form, {"reason": "The picture shows it."})
        await page.goto(link)
        await headed(page, "Your appeal was denied")
        await check(page, f"network-denied-{scheme}-{device}")
        await scene.reporters[0].does("withdraw", report=1)
        await page.goto(link)
        await headed(page, "Nothing counts against you")
        await check(page, f"network-nothing-{scheme}-{device}")
        await page.goto(f"{link}x")
        await headed(page, "This link does not work")


async def newest(scene: NetworkScene) -> discord.Message:
    await scene.settled()
    return scene.card()


async def test_another_site_cannot_send_the_form(
    browser: Browser, scene: NetworkScene, link: str
) -> None:
    async with looking(browser, scripts=False) as context:
        page = await context.new_page()
        await page.goto(link)
        hidden = await page.locator("input[name=form]").get_attribute("value")
        await page.goto(
            f"data:text/html,<form method=post action='{link}'><input name=form value='{hidden}'>"
            "<input name=message value='Insults'><button>Win a prize</button></form>"
        )
        await page.get_by_role("button").click()
        await expect(page.get_by_role("alert")).to_contain_text("It was stopped.")
        looked = await scene.network.objections.look(link.rpartition("/")[2])
        assert looked.newest is None
