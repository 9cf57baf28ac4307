"""A process with the role web alone: its pages are Discord's word of now, without any gateway."""

from yarl import URL

from bot.acts import Actor
from bot.app import App
from bot.clock import ManualClock
from bot.config import WebConfig
from bot.features.dashboard import DASHBOARD
from bot.fleet.assignment import Assignment, Role
from tests.e2e.rest.rest_env import ShownServer, beside
from tests.integration.web.portal.portal_env import ORIGIN, Visitor
from tests.support.discord_server.payloads import GUILD_ID, OWNER_ID
from tests.support.emitter_setup import config_for

KEEPER = Actor(GUILD_ID, OWNER_ID, "keeper")


async def test_the_dashboard_is_opened_and_looked_at(
    postgres_url: str, server: ShownServer, clock: ManualClock
) -> None:
    pages = {"web": WebConfig(port=0, public_url=ORIGIN)}
    config = beside(config_for(postgres_url), server).model_copy(update=pages)
    app = await App.open(config, clock, assignment=Assignment(frozenset({Role.WEB})))
    visitor: Visitor | None = None
    try:
        await app.start()
        assert app.web is not None
        visitor = Visitor(URL(f"http://127.0.0.1:{app.web.ports[0]}"))
        path = (await app.parts[DASHBOARD].service.issue(KEEPER)).removeprefix(ORIGIN)
        shown = await visitor.get(path)
        assert "Harbour" in shown.page.words
        opened = await visitor.post(path, await visitor.fill(path))
        assert (opened.status, opened.headers["Location"]) == (303, "/dashboard")
        page = await visitor.get("/dashboard")
        assert (page.status, "Harbour" in page.page.words) == (200, True)
        assert len(server.looks) == 1
        server.has_left = True
        clock.advance(60)
        assert (await visitor.get("/dashboard")).status == 403
    finally:
        if visitor is not None:
            await visitor.close()
        await app.stop()
