"""The page of a giveaway in a real browser: before the draw and after, by axe, without scripts."""

import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import delete, select

from bot.clock import ManualClock
from bot.config import WebConfig
from bot.features.giveaways.proof import problems, read
from bot.features.giveaways.tables import entry, winner
from tests.e2e.giveaways.scene import DAY, PRIZE, GiveawayScene, giveaway_scene
from tests.e2e.web.page_views import SIZES, check_everywhere, looking
from tests.support.emitter_setup import config_for
from tests.support.receiver import Receiver

pytestmark = pytest.mark.browser


@pytest.fixture
async def giveaways(
    sqlite_url: str, receiver: Receiver, clock: ManualClock
) -> AsyncGenerator[GiveawayScene]:
    clock.set_by((datetime(2026, 1, 1, tzinfo=UTC) - clock.now()).total_seconds())
    web = WebConfig(port=0, public_url="http://127.0.0.1:8080")
    config = config_for(sqlite_url).model_copy(update={"web": web})
    async with giveaway_scene(config, clock, receiver) as made:
        yield made


@pytest.fixture
async def page(browser: Browser) -> AsyncGenerator[Page]:
    async with looking(browser, size=SIZES["phone"], scripts=False) as context:
        yield await context.new_page()


def address(giveaways: GiveawayScene, giveaway_id: int) -> str:
    web = giveaways.world.app.web
    assert web is not None
    token = giveaways.service.ports.links.token(giveaway_id)
    return f"http://127.0.0.1:{web.ports[0]}/giveaways/{token}"


@pytest.mark.thorough("a browser; that of the dashboard stays")
async def test_anyone_follows_a_draw_without_scripts(giveaways: GiveawayScene, page: Page) -> None:
    made = await giveaways.created(winners=2)
    await page.goto(address(giveaways, made.id))
    headline = page.get_by_role("heading", level=1)
    await expect(headline).to_have_text(f"How {PRIZE} is drawn")
    await expect(page.get_by_text(made.seed_hash)).to_be_visible()

    people = await giveaways.enter_server(4)
    for person in people:
        await giveaways.press(person)
    await giveaways.sweep(DAY)
    drawn = await giveaways.newest()
    await giveaways.uses("reroll", giveaway=made.id)
    await page.reload()
    await expect(headline).to_have_text(f"How {PRIZE} was drawn")
    await expect(page.get_by_role("status")).to_contain_text("it agrees")
    await expect(page.get_by_text(drawn.seed or "?")).to_be_visible()
    told = await giveaways.told()
    for _kind, data in told[1:]:
        for winner_id in data["winner_ids"]:
            row = page.get_by_role("row").filter(has_text=winner_id).filter(has_text="wins")
            await expect(row.first).to_be_visible()
    await expect(page.get_by_role("heading", name="Drawn anew, time 1")).to_be_visible()

    async with page.expect_download() as download:
        await page.get_by_role("link", name="Take the proof").click()
    content = (await (await download.value).path()).read_bytes()
    assert problems(read(content)) == []
    assert json.loads(content)["seed"] == drawn.seed


@pytest.mark.thorough("one flow in the browser is enough for the inner loop")
async def test_it_is_read_by_everybody_everywhere(
    giveaways: GiveawayScene, browser: Browser
) -> None:
    drawn = await giveaways.drawn(5, prize="W" * 200, winners=2)
    scheduled = await giveaways.created(starts="2h")
    async with looking(browser) as context:
        page = await context.new_page()
        for name, one in (("drawn", drawn), ("sealed", scheduled)):
            answer = await page.goto(address(giveaways, one.id))
            assert answer is not None
            assert answer.ok
            await check_everywhere(page, f"giveaway-{name}")


@pytest.mark.thorough("one flow in the browser is enough for the inner loop")
async def test_what_was_changed_in_the_database_does_not_agree(
    giveaways: GiveawayScene, page: Page
) -> None:
    drawn = await giveaways.drawn(3)
    async with giveaways.world.app.emitter.database.transaction() as tx:
        (winner_id,) = (await tx.execute(select(winner.c.user_id))).scalars()
        await tx.execute(delete(entry).where(entry.c.user_id == winner_id))
    await page.goto(address(giveaways, drawn.id))
    await expect(page.get_by_role("status")).to_contain_text("has other winners")


@pytest.mark.thorough("one flow in the browser is enough for the inner loop")
async def test_another_link_leads_nowhere(giveaways: GiveawayScene, page: Page) -> None:
    made = await giveaways.created()
    good = address(giveaways, made.id)
    for bad in (f"{good[:-2]}xx", address(giveaways, 77), f"{good}/proof.json"):
        answer = await page.goto(bad)
        assert answer is not None
        assert answer.status == 404
