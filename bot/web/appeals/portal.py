"""Portal behind a private link: a person appeals there, and later reads what was decided."""

from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.errors import UserError
from bot.features.appeals.answers import QUESTIONS, mark, room, spread
from bot.features.appeals.model import (
    AppealPage,
    BadMessage,
    PageState,
)
from bot.features.appeals.service import AppealsService
from bot.texts import _
from bot.user_text import clean_line
from bot.web.appeals.sentences import KINDS, heading
from bot.web.forms import fields_of
from bot.web.guards import POST_COST, spend
from bot.web.pages import icon
from bot.web.parts import FORMS, PARTS, TYPED
from bot.web.private_pages import (
    Problem,
    back_to,
    known_links,
    refusal_of,
    shown_again,
    token_of,
)

FIELDS = ("message", *(f"answer{number}" for number in range(1, QUESTIONS + 1)))


@dataclass(frozen=True, slots=True)
class FormField:
    """Field of the form: what it asks, and what stands in it."""

    name: str
    question: str
    typed: str = ""
    is_wrong: bool = False


class Portal:
    """Portal that shows the case and the form, takes the form, and leads back to the page."""

    def __init__(self, appeals: AppealsService) -> None:
        self._appeals = appeals

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/appeals/{token}", self._show, allow_head=False),
            web.post("/appeals/{token}", self._send),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        spend(request, token_of(request))
        return _drawn(request, await self._look(request))

    async def _send(self, request: web.Request) -> web.Response:
        fields = await fields_of(request)
        is_ours = request.app[FORMS].came_from_us(request.headers)
        texts = [fields[name] for name in FIELDS if name in fields]
        typed = [shown_again(text) for text in texts] if is_ours else []
        request[TYPED] = "\n\n".join(filter(None, typed))  # whatever happens now, it is not lost
        spend(request, token_of(request), POST_COST)
        page = await self._look(request)
        # A second tab, the button pressed twice: what was sent is what counts.
        if page.state is not PageState.MAY_APPEAL:
            raise back_to(request)
        problem = refusal_of(request, fields, typed, is_ours=is_ours)
        if problem is not None:
            return _drawn(request, page, problem)
        try:
            with known_links():
                await self._appeals.submit(token_of(request), *texts, asked=fields.get("asked", ""))
        except UserError as refusal:
            page = await self._look(request)
            if page.state is PageState.MAY_APPEAL:
                place = refusal.place if isinstance(refusal, BadMessage) else None
                told = Problem(422, str(refusal), typed, place)
                return _drawn(request, page, told)
        raise back_to(request)

    async def _look(self, request: web.Request) -> AppealPage:
        try:
            with known_links():
                page = await self._appeals.look(token_of(request))
        except UserError:
            raise web.HTTPServiceUnavailable from None  # Discord is not there to name the server
        return replace(page, guild_name=clean_line(page.guild_name) or _("this server"))


def _drawn(request: web.Request, page: AppealPage, problem: Problem | None = None) -> web.Response:
    values: dict[str, Any] = {
        "page": page,
        "words": KINDS[page.type],
        "heading": heading(page),
        "icon": icon(page.icon_url),
        "problem": problem,
        "limit": room(page.questions),
        "asked": mark(page.questions),
        "fields": _fields(page, problem),
        "form": None,
    }
    status = problem.status if problem else 200
    response = web.Response(status=status, content_type="text/html")
    if page.state is PageState.MAY_APPEAL:
        values["form"] = request.app[FORMS].hand_out(request, response, token_of(request))
    accepted = request.headers.get("Accept-Language", "")
    response.text = request.app[PARTS].pages.draw("appeals/appeal.html", accepted, **values)
    return response


def _fields(page: AppealPage, problem: Problem | None) -> list[FormField]:
    """What is asked, with what was typed already; also where the questions are others by now."""
    names = FIELDS[1:] if page.questions else FIELDS[:1]
    questions = page.questions or (_("What should the staff know?"),)
    typed = spread(problem.typed if problem else (), len(questions))
    faulty = problem.place if problem else None
    return [
        FormField(name, question, text, is_wrong=place == faulty)
        for place, (name, question, text) in enumerate(zip(names, questions, typed, strict=False))
    ]
