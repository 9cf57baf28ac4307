"""Pages of the dashboard: all webhooks of a guild, one of them, one delivery; and their buttons."""

from typing import Any

from aiohttp import web

from bot.clock import Clock
from bot.errors import UserError
from bot.features.dashboard.service import DashboardService
from bot.features.endpoints import Endpoints
from bot.features.endpoints.history import ShownState, Sought
from bot.features.endpoints.model import shown_url
from bot.outbox.endpoints import Endpoint
from bot.texts import _
from bot.web.dashboard import words
from bot.web.dashboard.actions import LONGEST_NUMBER, MOST_TICKED, Actions, Examinations
from bot.web.dashboard.bodies import shown
from bot.web.dashboard.charts import charts
from bot.web.dashboard.visits import (
    UNDER,
    Visit,
    VisitRefused,
    Visits,
    about,
    drawn,
    refuse_foreign,
)
from bot.web.forms import values_of
from bot.web.guards import asks_by_itself
from bot.web.parts import FORMS
from bot.web.streams import STREAMS

SIZE = 25
MOST_PAGES = 400
SPANS = {"day": 24, "week": 7 * 24}
PROBLEMS = {"old": words.OLD_FORM, "foreign": words.FOREIGN}


class DashboardPages:
    """Every id is looked up in the session's guild; nothing is shown that was not admitted."""

    def __init__(
        self, webhooks: Endpoints, service: DashboardService, *, visits: Visits, clock: Clock
    ) -> None:
        self._webhooks = webhooks
        self._service = service
        self._visits = visits
        self._examinations = Examinations(clock)
        self._actions = Actions(webhooks, self._examinations)

    async def overview(self, request: web.Request) -> web.Response:
        """All webhooks, each with how it does."""
        visit, mark = await self._admitted(request)
        guild_id = visit.session.guild_id
        rates = await self._webhooks.statistics.rates(guild_id)
        rows = [
            {
                "endpoint": endpoint,
                "rate": rates.get(endpoint.id),
                "waiting": await self._webhooks.deliveries.waiting(endpoint),
            }
            for endpoint in await self._webhooks.service.list(guild_id)
        ]
        return await self._page(request, visit, "overview.html", mark=mark, rows=rows)

    async def endpoint(self, request: web.Request) -> web.Response:
        """One webhook: its state and buttons, its charts, its deliveries."""
        visit, mark = await self._admitted(request)
        endpoint = await self._found(request, visit)
        sought, state, page = _asked(request)
        found = await self._webhooks.deliveries.deliveries(
            endpoint.guild_id, endpoint.name, state=state or None, page=page, sought=sought
        )
        span = _span(request)
        statistics = await self._webhooks.statistics.last(
            endpoint.guild_id, endpoint.id, SPANS[span]
        )
        return await self._page(
            request,
            visit,
            "endpoint.html",
            mark=mark,
            endpoint=endpoint,
            url=shown_url(endpoint.url),
            waiting=await self._webhooks.deliveries.waiting(endpoint),
            statistics=statistics,
            charts=charts(statistics),
            span=span,
            found=found,
            states=[*ShownState],
            state=state,
            sought=sought,
            turned=_turned(request, page),
            examination=self._examinations.of(endpoint),
        )

    async def delivery(self, request: web.Request) -> web.Response:
        """One delivery: what was sent, and every attempt at it."""
        visit, mark = await self._admitted(request)
        endpoint = await self._found(request, visit)
        number = int(request.match_info["delivery"])
        detail = await self._webhooks.deliveries.look(endpoint.guild_id, endpoint.id, number)
        body = await self._webhooks.deliveries.body(endpoint.guild_id, endpoint.id, number)
        return await self._page(
            request,
            visit,
            "delivery.html",
            mark=mark,
            endpoint=endpoint,
            detail=detail,
            body=shown(body, is_json=True),
            attempts=[(one, shown(one.answer)) for one in detail.attempts],
            may_go_again=detail.delivery.state in (ShownState.FAILED, ShownState.MISSED),
        )

    async def act(self, request: web.Request) -> web.Response:
        """What a button asks for; back to the page, which says what came of it."""
        fields = await values_of(request, most=MOST_TICKED + 10)
        visit = await self._visits.admit(request, acts=True)
        await self._found(request, visit)
        endpoint_id = int(request.match_info["endpoint"])
        problem = refuse_foreign(request, visit, next(iter(fields.get("form", ())), ""))
        if problem is not None:
            await self._service.say(visit.session, _(PROBLEMS[problem]), is_refusal=True)
            return self._back(request)
        try:
            said = await self._actions.do(visit.actor, endpoint_id, fields)
        except UserError as refusal:
            await self._service.say(visit.session, str(refusal), is_refusal=True)
        else:
            await self._service.say(visit.session, said)
        return self._back(request)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """News of the guild's webhooks, for as long as the page is open and may be seen."""
        visit = await self._visits.admit(request)
        token, guild_id = self._visits.token(request), visit.session.guild_id

        async def look() -> str | None:
            try:
                await self._visits.look(token)
            except VisitRefused:
                return None
            except web.HTTPServiceUnavailable:
                return "unknown"  # nobody is sent away because Discord does not answer
            return await self._webhooks.pulse.mark(guild_id)

        known = request.query.get("mark")
        return await request.app[STREAMS].answer(request, token, look, known=known)

    async def _admitted(self, request: web.Request) -> tuple[Visit, str]:
        """Whose page it is, and the mark of before it was read: what comes later is told."""
        visit = await self._visits.admit(request)
        return visit, await self._webhooks.pulse.mark(visit.session.guild_id)

    async def _found(self, request: web.Request, visit: Visit) -> Endpoint:
        endpoint_id = int(request.match_info["endpoint"])
        return await self._webhooks.service.numbered(visit.session.guild_id, endpoint_id)

    def _back(self, request: web.Request) -> web.Response:
        """To the same page of the same filter."""
        where = f"{self._visits.root}{request.rel_url.raw_path_qs}#said"
        return web.Response(status=303, headers={"Location": where})

    async def _page(
        self, request: web.Request, visit: Visit, template: str, **values: Any
    ) -> web.Response:
        session, is_live = visit.session, asks_by_itself(request)
        values |= {
            **about(visit, self._visits),
            "said": None if is_live else session.said,
            "is_refusal": session.is_refusal,
            "words": words,
            "number": LONGEST_NUMBER,
        }
        given = web.Response()
        form = request.app[FORMS].hand_out(request, given, visit.page, under=UNDER)
        response = drawn(request, template, form=form, **values)
        response.cookies.update(given.cookies)
        if values["said"] is not None:
            await self._service.heard(session)
        return response


def _asked(request: web.Request) -> tuple[Sought, str, int]:
    """What the query asks for: deliveries, their state, the page; nonsense asks for nothing."""
    query = request.query
    number = query.get("number", "").strip().removeprefix("#")
    is_number = number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER
    page = query.get("page", "0")
    at = min(int(page), MOST_PAGES) if page.isascii() and page.isdecimal() and len(page) < 6 else 0
    event_type = query.get("type", "").strip().lower()[:100]
    sought = Sought(event_type or None, int(number) if is_number else None, SIZE)
    return sought, query.get("state", ""), at


def _span(request: web.Request) -> str:
    asked = request.query.get("span", "")
    return asked if asked in SPANS else "day"


def _turned(request: web.Request, page: int) -> dict[str, str]:
    """The query of the page before, of the one behind, and of the charts' other span."""
    asked = {name: value for name, value in request.query.items() if name != "page" and value}
    turned = {"newer": max(page - 1, 0), "older": page + 1}
    url = request.rel_url.with_query(asked)
    queries = {way: url.update_query(page=str(to)) for way, to in turned.items()}
    queries["span"] = url.update_query(span="week" if _span(request) == "day" else "day")
    return {way: query.raw_query_string for way, query in queries.items()}
