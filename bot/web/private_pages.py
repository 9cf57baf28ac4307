"""Private pages: what all that a person reaches by a link of theirs, and writes on, have alike."""

import unicodedata
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.errors import NotFound
from bot.private_links import LinkExpired, LinkForged
from bot.texts import _
from bot.web.forms import FormRefused
from bot.web.parts import FORMS


@dataclass(frozen=True, slots=True)
class Problem:
    """Problem of a form: why nothing was sent, and what it shows again."""

    status: int
    text: str
    typed: Sequence[str] = ()
    place: int | None = None  # of the answer that is at fault


def refusal_of(
    request: web.Request, fields: Mapping[str, str], typed: Sequence[str], *, is_ours: bool
) -> Problem | None:
    """A form that is not known to be ours; what somebody else's page typed is not shown."""
    if not is_ours:
        text = _("Another page tried to send something here in your name. It was stopped.")
        return Problem(403, text)
    try:
        request.app[FORMS].take(token_of(request), fields.get("form", ""), request.cookies)
    except FormRefused:
        text = _(
            "This page was open for a long time, or your browser blocks cookies. "
            "Your text is still here: press the button once more."
        )
        return Problem(403, text, typed)
    return None


@contextmanager
def known_links() -> Generator[None]:
    """A link that is none and one to what is gone look the same from outside."""
    try:
        yield
    except (LinkForged, NotFound):
        raise web.HTTPNotFound from None
    except LinkExpired:
        raise web.HTTPGone from None


def back_to(request: web.Request) -> web.HTTPSeeOther:
    """Back to the page by GET, so that a reload sends nothing; relative, for any prefix."""
    return web.HTTPSeeOther(f"{request.rel_url.raw_name}#standing")


def token_of(request: web.Request) -> str:
    return request.match_info["token"]


def shown_again(message: str) -> str:
    """What was typed, for the form: as it was, but for what no page can hold."""
    text = message.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in text if one in "\n\t" or unicodedata.category(one) != "Cc")
