"""Transcripts in a real browser: by axe, on both screens, in both schemes, on paper, searched."""

import re
from collections.abc import AsyncGenerator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from bot.clock import ManualClock
from bot.features.tickets.transcript.lines import TranscriptCopy
from tests.conftest import OpenEmitter
from tests.e2e.web.page_views import HEADINGS, SCHEMES, SIZES, WIDE, looking, picture, violations
from tests.integration.tickets.pen import Pen
from tests.integration.tickets.tickets_env import TicketsEnv
from tests.integration.web.tickets.conftest import TranscriptSite, opened
from tests.support import transcript_scene as scene

pytestmark = [
    pytest.mark.browser,
    pytest.mark.thorough("one flow in the browser is enough for the inner loop"),
]

COUNT = 3_000
ANSWERED = """
  text => new Promise(done => {
    const found = document.getElementById('found');
    const look = () => { if (found.textContent === text) done(); };
    new MutationObserver(look).observe(found, { childList: true });
    look();
  })
"""


@pytest.fixture
async def page(browser: Browser) -> AsyncGenerator[Page]:
    async with looking(browser) as context:
        yield await context.new_page()


@pytest.fixture
async def site(emitter: OpenEmitter, clock: ManualClock) -> AsyncGenerator[TranscriptSite]:
    env = await TicketsEnv.open(await emitter(start=False), clock)
    async with opened(env) as made:
        yield made
    await env.close()


async def open_file(page: Page, folder: Path, made: str) -> None:
    """As somebody does who downloaded it."""
    file = folder / "ticket-12.html"
    file.write_text(made, encoding="utf-8")
    await page.goto(file.as_uri())


@pytest.mark.parametrize("copy", [*TranscriptCopy])
async def test_it_is_read_by_everybody_everywhere(
    page: Page, tmp_path: Path, copy: TranscriptCopy
) -> None:
    await open_file(page, tmp_path, scene.everything(copy))
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        for device, size in SIZES.items():
            await page.set_viewport_size(size)
            name = f"transcript-{copy}-{scheme}-{device}"
            await picture(page, name)
            assert await violations(page) == [], name
            assert await page.evaluate(WIDE) == [], name
    levels = await page.evaluate(HEADINGS)
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert await page.title() == "Ticket 12 · My boat is <b>gone</b> قارب · The Quiet Harbour"
    foreign = "document.querySelectorAll('script, b, img:not([src^=data])').length"
    assert await page.evaluate(foreign) == 1  # our own script


async def test_its_pictures_are_seen_and_answers_lead_to_what_they_answer(
    page: Page, tmp_path: Path
) -> None:
    await open_file(page, tmp_path, scene.everything(TranscriptCopy.STAFF))
    photo = page.get_by_role("img", name="Picture: boat.png")
    assert await photo.evaluate("one => one.complete && one.naturalWidth") == 800
    await page.get_by_role("link", name="In reply to otter").click()
    await expect(page.locator(":target")).to_contain_text("Hello! Bold")
    hidden = page.locator(".spoiler").first
    await expect(hidden).to_have_css("color", "rgba(0, 0, 0, 0)")
    await hidden.focus()
    await expect(hidden).not_to_have_css("color", "rgba(0, 0, 0, 0)")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="log <b>.txt").click()
    assert (await (await download.value).path()).read_bytes() == b"hi"


async def test_it_is_searched(page: Page, tmp_path: Path) -> None:
    await open_file(page, tmp_path, scene.everything(TranscriptCopy.STAFF))
    search = page.get_by_label("Search")
    await search.fill("قاربي")
    await expect(page.get_by_role("status")).to_have_text("1 found")
    await expect(page.locator(".line:visible")).to_have_count(1)
    await search.fill("no such words")
    await expect(page.get_by_role("status")).to_have_text("Nothing found")
    await expect(page.locator(".line:visible")).to_have_count(0)
    await search.fill("")
    await expect(page.get_by_role("status")).to_have_text("")
    await expect(page.get_by_text("To what is gone")).to_be_visible()


async def test_without_scripts_all_of_it_is_there(browser: Browser, tmp_path: Path) -> None:
    async with looking(browser, scripts=False) as context:
        page = await context.new_page()
        await open_file(page, tmp_path, scene.everything(TranscriptCopy.OPENER))
        await expect(page.get_by_text("To what is gone")).to_be_visible()
        await expect(page.get_by_role("search")).to_be_hidden()
        await expect(page.get_by_text("Was here")).to_have_count(0)


async def test_on_paper_nothing_is_hidden_and_nothing_is_dark(page: Page, tmp_path: Path) -> None:
    await open_file(page, tmp_path, scene.everything(TranscriptCopy.STAFF))
    await page.emulate_media(media="print", color_scheme="dark")
    await picture(page, "transcript-print")
    await expect(page.get_by_role("search")).to_be_hidden()
    await expect(page.locator(".spoiler").first).to_have_css("color", "rgb(0, 0, 0)")
    await expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    printed = await page.pdf()
    assert printed.startswith(b"%PDF")


@pytest.mark.long
async def test_thousands_of_messages_open_scroll_and_are_searched(
    page: Page, tmp_path: Path
) -> None:
    made = scene.many(COUNT)
    assert len(made.encode()) < 8 * 1024 * 1024
    await open_file(page, tmp_path, made)
    await expect(page.locator(".line")).to_have_count(COUNT)
    await page.get_by_label("Search").fill(f"line {COUNT - 1}:")
    # Expectations that are asked again and again keep a page of this size from its own work.
    await page.evaluate(ANSWERED, "1 found")
    await expect(page.get_by_text(f"line {COUNT - 1}:")).to_be_visible()
    await page.get_by_label("Search").fill("")
    # The search answers a moment later: only then are the lines above the last one there again.
    await page.evaluate(ANSWERED, "")
    last = page.locator(".line").last
    await last.scroll_into_view_if_needed()
    await expect(last).to_be_in_viewport()
    assert len(re.findall(rb"/Type\s*/Page\b", await page.pdf())) > 100


async def test_the_page_obeys_its_policy(browser: Browser, site: TranscriptSite) -> None:
    env = site.tickets
    ticket = await env.opened(subject="A boat")
    await Pen(env).write(ticket, Pen(env).by(ticket.opener_id), "Where is **it**?")
    await env.closed(ticket)
    async with looking(browser) as context:
        page = await context.new_page()
        await page.goto(str(site.base.join(site.base.with_path(await site.path(ticket)))))
        await page.get_by_label("Search").fill("where")
        await expect(page.get_by_role("status")).to_have_text("1 found")
        assert await violations(page) == []
