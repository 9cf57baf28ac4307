"""Dashboard on the web: a guild's webhooks, for whoever opened a link of theirs."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.feature import Parts
from bot.features.dashboard import DASHBOARD
from bot.features.endpoints import ENDPOINTS
from bot.texts import _
from bot.web.dashboard.door import Door
from bot.web.dashboard.pages import DashboardPages
from bot.web.dashboard.visits import UNDER, VisitRefused, Visits, drawn

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

ENDPOINT = f"{UNDER}/endpoints/{{endpoint:[0-9]{{1,18}}}}"
DELIVERY = f"{ENDPOINT}/deliveries/{{delivery:[0-9]{{1,18}}}}"
LINK = f"{UNDER}/open/{{token}}"


def routes(parts: Parts) -> list[web.RouteDef]:
    """For the web face, which guards them."""
    core, dashboard = parts.core, parts[DASHBOARD]
    visits = Visits(dashboard, core.acts, public_url=core.public_url or "")
    door = Door(dashboard.service, visits)
    pages = DashboardPages(parts[ENDPOINTS], dashboard.service, visits=visits, clock=core.clock)
    shown = {
        UNDER: pages.overview,
        ENDPOINT: pages.endpoint,
        DELIVERY: pages.delivery,
        f"{UNDER}/events": pages.events,
        f"{UNDER}/signed-out": door.signed_out,
        LINK: door.show,
    }
    sent = {
        ENDPOINT: pages.act,
        DELIVERY: pages.act,
        f"{UNDER}/sign-out": door.sign_out,
        LINK: door.open,
    }
    return [
        *(web.get(path, _told(one, visits), allow_head=False) for path, one in shown.items()),
        *(web.post(path, _told(one, visits)) for path, one in sent.items()),
    ]


def _told(handler: Handler, visits: Visits) -> Handler:
    """The same, whose refusals are pages in words."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except VisitRefused as refused:
            heading = _("This page is not open to you")
            text = str(refused.refusal)
            page = drawn(request, "closed.html", status=refused.status, heading=heading, text=text)
            if refused.ends:
                visits.forget(page)
            return page

    return answer
