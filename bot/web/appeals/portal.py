"""Portal behind a private link: a person appeals there, and later reads what was decided."""

import unicodedata
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.errors import NotFound, UserError
from bot.features.appeals.answers import QUESTIONS, mark, room, spread
from bot.features.appeals.model import (
    AppealPage,
    BadMessage,
    PageState,
)
from bot.features.appeals.service import AppealsService
from bot.private_links import LinkExpired, LinkForged
from bot.texts import _
from bot.user_text import clean_line
from bot.web.appeals.sentences import KINDS, heading
from bot.web.forms import FormRefused, fields_of
from bot.web.guards import POST_COST, spend
from bot.web.pages import icon
from bot.web.parts import FORMS, PARTS, TYPED

FIELDS = ("message", *(f"answer{number}" for number in range(1, QUESTIONS + 1)))


@dataclass(frozen=True, slots=True)
class FormField:
    """Field of the form: what it asks, and what stands in it."""

    name: str
    question: str
    typed: str = ""
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Problem of a form: why nothing was sent, and what it shows again."""

    status: int
    text: str
    typed: Sequence[str] = ()
    place: int | None = None  # of the answer that is at fault


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
        spend(request, _token(request))
        return _drawn(request, await self._look(request))

    async def _send(self, request: web.Request) -> web.Response:
        fields = await fields_of(request)
        is_ours = request.app[FORMS].came_from_us(request.headers)
        texts = [fields[name] for name in FIELDS if name in fields]
        typed = [_shown_again(text) for text in texts] if is_ours else []
        request[TYPED] = "\n\n".join(filter(None, typed))  # whatever happens now, it is not lost
        spend(request, _token(request), POST_COST)
        page = await self._look(request)
        # A second tab, the button pressed twice: what was sent is what counts.
        if page.state is not PageState.MAY_APPEAL:
            raise _see(request)
        problem = _refusal(request, fields, typed, is_ours=is_ours)
        if problem is not None:
            return _drawn(request, page, problem)
        try:
            with _links():
                await self._appeals.submit(_token(request), *texts, asked=fields.get("asked", ""))
        except UserError as refusal:
            page = await self._look(request)
            if page.state is PageState.MAY_APPEAL:
                place = refusal.place if isinstance(refusal, BadMessage) else None
                told = Problem(422, str(refusal), typed, place)
                return _drawn(request, page, told)
        raise _see(request)

    async def _look(self, request: web.Request) -> AppealPage:
        try:
            with _links():
                page = await self._appeals.look(_token(request))
        except UserError:
            raise web.HTTPServiceUnavailable from None  # Discord is not there to name the server
        return replace(page, guild_name=clean_line(page.guild_name) or _("this server"))


def _refusal(
    request: web.Request, fields: Mapping[str, str], typed: Sequence[str], *, is_ours: bool
) -> Problem | None:
    """A form that is not known to be ours; what somebody else's page typed is not shown."""
    if not is_ours:
        text = _("Another page tried to send something here in your name. It was stopped.")
        return Problem(403, text)
    try:
        request.app[FORMS].take(_token(request), fields.get("form", ""), request.cookies)
    except FormRefused:
        text = _(
            "This page was open for a long time, or your browser blocks cookies. "
            "Your text is still here: press the button once more."
        )
        return Problem(403, text, typed)
    return None


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
        values["form"] = request.app[FORMS].hand_out(request, response, _token(request))
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


@contextmanager
def _links() -> Generator[None]:
    """A link that is none and one to what is gone look the same from outside."""
    try:
        yield
    except (LinkForged, NotFound):
        raise web.HTTPNotFound from None
    except LinkExpired:
        raise web.HTTPGone from None


def _see(request: web.Request) -> web.HTTPSeeOther:
    """Back to the page by GET, so that a reload sends nothing; relative, for any prefix."""
    return web.HTTPSeeOther(f"{request.rel_url.raw_name}#standing")


def _token(request: web.Request) -> str:
    return request.match_info["token"]


def _shown_again(message: str) -> str:
    """What was typed, for the form: as it was, but for what no page can hold."""
    text = message.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) != "Cc")
