"""`/webhook dashboard`: a link of one's own, which opens the whole bot's pages while one may."""

from collections.abc import AsyncGenerator
from urllib.parse import urlsplit

import pytest
from yarl import URL

from bot.client.interactions import is_refusal
from bot.clock import ManualClock
from bot.config import WebConfig
from tests.e2e.endpoints.scene import Scene, answer, said
from tests.integration.web.portal.portal_env import Visitor
from tests.support.emitter_setup import config_for
from tests.support.messages import components_of
from tests.support.simulated import World, simulated

PUBLIC_URL = "https://herald.example/bot"


@pytest.fixture
async def world(sqlite_url: str, clock: ManualClock) -> AsyncGenerator[World]:
    """With an address that people reach, below a path of a proxy's."""
    config = config_for(sqlite_url)
    web = WebConfig(port=0, public_url=PUBLIC_URL)
    async with simulated(config.model_copy(update={"web": web}), clock) as made:
        yield made


@pytest.fixture
async def visitor(world: World) -> AsyncGenerator[Visitor]:
    web = world.app.web
    assert web is not None
    made = Visitor(URL(f"http://127.0.0.1:{web.ports[0]}"))
    yield made
    await made.close()


async def test_without_a_public_address_the_setting_is_named(scene: Scene) -> None:
    assert "`web.public_url`" in said(await scene.webhook("dashboard"))


async def test_whoever_may_not_manage_the_server_gets_no_link(world: World) -> None:
    await world.allow(world.member, "webhook")
    asked = await world.member.slash(world.channel, "webhook dashboard")
    assert "Manage Server" in said(asked)
    assert all(isinstance(one, Exception) and is_refusal(one) for one in world.errors())


async def test_the_link_opens_it_until_the_role_is_taken(world: World, visitor: Visitor) -> None:
    asked = await world.manager.slash(world.channel, "webhook dashboard")
    (button,) = [one for one in components_of(answer(asked)) if one.get("url")]
    url = urlsplit(str(button["url"]))
    assert button["url"].startswith(f"{PUBLIC_URL}/dashboard/open/")
    path = url.path.removeprefix("/bot")  # the proxy takes it away
    shown = await visitor.get(path)
    field = shown.page.all("input", name="form")[0]["value"]
    held = "; ".join(f"{name}=1" for name in shown.cookies)  # a browser's, over https
    opened = await visitor.post(path, {"form": field}, Cookie=held)
    assert (opened.status, opened.headers["Location"]) == (303, "/bot/dashboard")
    cookie = opened.cookies["__Host-herald"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    held = f"__Host-herald={cookie.value}"
    page = await visitor.get("/dashboard", Cookie=held)
    assert "harbour_master" in page.page.words
    hrefs = [str(one["href"]) for one in page.page.all("link")]
    hrefs += [str(one["src"]) for one in page.page.all("script")]
    assert hrefs
    assert all(href.startswith("/bot/static/") for href in hrefs)
    world.env.backend.get_guild(world.guild.id).members[world.manager.id].role_ids.clear()
    world.clock.advance(60)
    refused = await visitor.get("/dashboard", Cookie=held)
    assert (refused.status, "Manage Server" in refused.page.words) == (403, True)
    assert refused.cookies["__Host-herald"].value == ""
