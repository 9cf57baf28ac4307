"""Every kind of page in other languages, on the narrowest screen: whole, and in its direction."""

import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from bot.clock import ManualClock
from bot.config import WebConfig
from bot.features.tickets.transcript.lines import TranscriptCopy
from bot.texts import use
from tests.conftest import OpenEmitter
from tests.e2e.giveaways.scene import giveaway_scene
from tests.e2e.network.scene import PUBLIC_URL, network_scene
from tests.e2e.web.page_views import WIDE, looking, picture
from tests.integration.web.dashboard.dashboard_env import DashboardEnv
from tests.integration.web.dashboard.dashboard_env import opened as dashboard
from tests.support import transcript_scene
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver, status

pytestmark = [
    pytest.mark.browser,
    pytest.mark.usefixtures("pseudo_languages"),
    pytest.mark.thorough("three languages of every page", but="one flow in it, in English"),
]

NARROW: ViewportSize = {"width": 320, "height": 640}
SPOKEN = {"de": ("de", "ltr"), "en-XA": ("en-xa", "ltr"), "ar-XB": ("ar-xb", "rtl")}
"""By what a browser asks for: how the page names its language, and the direction of its lines."""
LEFTOVERS = """
() => [...document.querySelectorAll('h1, h2, h3, p, dt, dd, li, th, td, label, button, a,'
    + ' span, strong, caption, summary, text, option, figcaption')]
  .filter(one => !one.closest('code, pre, bdi, .code, .mention, .text, .embed, .typed'))
  .flatMap(one => [...one.childNodes].filter(node => node.nodeType === 3).map(node => node.data))
  .concat([...document.querySelectorAll('[aria-label], [placeholder], [alt]')].map(one =>
    one.ariaLabel || one.placeholder || one.alt))
  .map(text => text.replace(/\\u2068.*?\\u2069|\\S*[._@\\d]\\S*|:\\w+:|Herald/g, '').trim())
  .filter(text => /[a-z]{3}/.test(text))
"""
"""Plain words where nobody has typed or named anything."""

TURNED = """
() => [...document.querySelectorAll('code:not(.text *)')].map(getComputedStyle)
  .map(style => style.direction)
"""
"""Which way the names of programs run."""

Go = Callable[[Page, str], Awaitable[object]]


async def in_every_language(browser: Browser, pages: Mapping[str, Go]) -> None:
    """Each leads to the page of its name, in the language that it is given."""
    for accepted in SPOKEN:
        async with looking(browser, size=NARROW, accepted=accepted) as context:
            page = await context.new_page()
            for name, go in pages.items():
                await go(page, accepted)
                await check(page, name, accepted)


async def check(page: Page, name: str, accepted: str) -> None:
    """It says its language and direction, fits, and nothing in it is left in English."""
    language, direction = SPOKEN[accepted]
    html = page.locator("html")
    await expect(html).to_have_attribute("lang", re.compile(language, re.IGNORECASE))
    await expect(html).to_have_attribute("dir", direction)
    await picture(page, f"{name}-{language}-narrow")
    assert await page.evaluate(WIDE) == [], f"{name} in {language}"
    assert "rtl" not in await page.evaluate(TURNED), f"{name} in {language}"
    if accepted != "de":
        assert await page.evaluate(LEFTOVERS) == [], f"{name} in {language}"


@pytest.fixture
async def dash(
    emitter: OpenEmitter, clock: ManualClock, receiver: Receiver
) -> AsyncGenerator[DashboardEnv]:
    async with dashboard(await emitter(jitter=0), clock, receiver) as made:
        made.discord.name = "QUAY"
        yield made


async def test_the_dashboard(browser: Browser, dash: DashboardEnv) -> None:
    endpoint = await dash.endpoint("BACKEND", patterns=("member.*",))
    await dash.happens(3)
    dash.receiver.behave = status(302)  # of which more is told than a number
    await dash.happens(2)
    visitor = await dash.signed_in()
    await dash.press(visitor, f"/dashboard/endpoints/{endpoint.id}", "doctor")
    base, under = str(dash.base).rstrip("/"), f"/dashboard/endpoints/{endpoint.id}"

    async def sign_in(page: Page, _language: str) -> None:
        dash.clock.advance(60)  # from one link to the next
        await page.goto(f"{base}{await dash.link()}")
        await page.get_by_role("button").first.click()
        await page.wait_for_url(f"{base}/dashboard")

    pages: dict[str, Go] = {
        "dashboard-overview": sign_in,
        "dashboard-endpoint": lambda page, _language: page.goto(f"{base}{under}"),
        "dashboard-delivery": lambda page, _language: page.goto(f"{base}{under}/deliveries/5"),
    }
    await in_every_language(browser, pages)


async def test_a_transcript(browser: Browser, tmp_path: Path) -> None:
    async def go(page: Page, language: str) -> None:
        with use(language):
            made = transcript_scene.everything(TranscriptCopy.STAFF)
        file = tmp_path / "ticket.html"
        file.write_text(made, encoding="utf-8")
        await page.goto(file.as_uri())

    await in_every_language(browser, {"transcript": go})


async def test_the_proof_of_a_giveaway(
    browser: Browser, sqlite_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    clock.set_by((datetime(2026, 1, 1, tzinfo=UTC) - clock.now()).total_seconds())
    config = config_for(sqlite_url).model_copy(
        update={"web": WebConfig(port=0, public_url="http://127.0.0.1:8080")}
    )
    async with giveaway_scene(config, clock, receiver) as giveaways:
        drawn = await giveaways.drawn(3, prize="PRIZE", winners=2)
        web = giveaways.world.app.web
        assert web is not None
        token = giveaways.service.ports.links.token(drawn.id)
        address = f"http://127.0.0.1:{web.ports[0]}/giveaways/{token}"

        async def go(page: Page, _language: str) -> None:
            await page.goto(address)

        await in_every_language(browser, {"giveaway": go})


async def test_what_the_network_says(
    browser: Browser, sqlite_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    async with network_scene(config_for(sqlite_url), clock, receiver) as scene:
        await scene.approved(scene.world.member.user)
        given = await scene.appeal_link(scene.world.member)
        web = scene.world.app.web
        assert web is not None
        link = given.replace(PUBLIC_URL, f"http://127.0.0.1:{web.ports[0]}")

        async def go(page: Page, _language: str) -> None:
            await page.goto(link)
            await page.get_by_role("button").click()  # nothing was written: it says so

        await in_every_language(browser, {"network": go})
