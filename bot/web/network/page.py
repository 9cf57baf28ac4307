"""Page behind a private link: what the network says of a person, and how they object.

It says nothing of the servers that made the reports, nor of whoever reviews them.
"""

from typing import Any

from aiohttp import web

from bot.errors import UserError
from bot.features.network.appeal_model import (
    STATEMENT_LIMIT,
    ObjectionPage,
    ObjectionPageState,
)
from bot.features.network.model import CATEGORIES, POINTS, SEVERITIES
from bot.features.network.objections import Objections
from bot.texts import N_, _
from bot.web.forms import fields_of
from bot.web.guards import POST_COST, spend
from bot.web.parts import FORMS, PARTS, TYPED
from bot.web.private_pages import (
    Problem,
    back_to,
    known_links,
    refusal_of,
    shown_again,
    token_of,
)

HEADINGS = {
    ObjectionPageState.MAY_APPEAL: N_("What servers say of you"),
    ObjectionPageState.OPEN: N_("Your appeal is with the reviewers"),
    ObjectionPageState.APPROVED: N_("Your appeal was approved"),
    ObjectionPageState.TOO_SOON: N_("Your appeal was denied"),
    ObjectionPageState.NOTHING: N_("Nothing counts against you"),
    ObjectionPageState.NOBODY: N_("What servers say of you"),
}


class ObjectionPortal:
    """Shows what is said, takes what the person says to it, and leads back to the page."""

    def __init__(self, objections: Objections) -> None:
        self._objections = objections

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/network/{token}", self._show, allow_head=False),
            web.post("/network/{token}", self._send),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        spend(request, token_of(request))
        return _drawn(request, await self._look(request))

    async def _send(self, request: web.Request) -> web.Response:
        fields = await fields_of(request)
        is_ours = request.app[FORMS].came_from_us(request.headers)
        text = fields.get("message", "")
        typed = shown_again(text) if is_ours else ""
        request[TYPED] = typed  # whatever happens now, it is not lost
        spend(request, token_of(request), POST_COST)
        page = await self._look(request)
        # A second tab, the button pressed twice: what was sent is what counts.
        if page.state is not ObjectionPageState.MAY_APPEAL:
            raise back_to(request)
        problem = refusal_of(request, fields, [typed], is_ours=is_ours)
        if problem is not None:
            return _drawn(request, page, problem)
        try:
            with known_links():
                await self._objections.submit(token_of(request), text)
        except UserError as refusal:
            page = await self._look(request)
            if page.state is ObjectionPageState.MAY_APPEAL:
                return _drawn(request, page, Problem(422, str(refusal), [typed], 0))
        raise back_to(request)

    async def _look(self, request: web.Request) -> ObjectionPage:
        with known_links():
            return await self._objections.look(token_of(request))


def _drawn(
    request: web.Request, page: ObjectionPage, problem: Problem | None = None
) -> web.Response:
    values: dict[str, Any] = {
        "page": page,
        "heading": _(HEADINGS[page.state]),
        "problem": problem,
        "typed": problem.typed[0] if problem and problem.typed else "",
        "limit": STATEMENT_LIMIT,
        "categories": CATEGORIES,
        "severities": SEVERITIES,
        "points": POINTS,
        "form": None,
    }
    response = web.Response(status=problem.status if problem else 200, content_type="text/html")
    if page.state is ObjectionPageState.MAY_APPEAL:
        values["form"] = request.app[FORMS].hand_out(request, response, token_of(request))
    accepted = request.headers.get("Accept-Language", "")
    response.text = request.app[PARTS].pages.draw("network/objection.html", accepted, **values)
    return response
