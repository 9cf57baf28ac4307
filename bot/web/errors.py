"""Errors of requests that cannot be served, in words, as a page or as JSON."""

import asyncio
import json
import math
import secrets
from collections.abc import Mapping
from dataclasses import replace
from traceback import format_exception
from typing import Any
from urllib.parse import quote

from aiohttp import web
from aiohttp.typedefs import Handler
from structlog.contextvars import bound_contextvars

from bot.acts import ActUnknown
from bot.errors import NotFound, UserError
from bot.logs import REMOVED, get_logger
from bot.texts import N_, _
from bot.web.api_errors import is_api, refusal_of
from bot.web.measures import OPEN, method_of, route_of
from bot.web.notices import Notice, draw_notice, notice_of
from bot.web.pages import Pages, speaking
from bot.web.parts import PARTS, REQUEST_ID, TYPED

KEPT = ("Allow", "Retry-After", "WWW-Authenticate")
REFUSED = N_("That did not work")
OUR_FAULT = 500  # and above
SHORTEST_SECRET = 4  # shorter ones would blank out ordinary words

_log = get_logger("herald.web")


def too_many(wait: float) -> web.HTTPTooManyRequests:
    """To be raised where a limit leaves nothing; `wait` in seconds."""
    return web.HTTPTooManyRequests(headers={"Retry-After": str(max(math.ceil(wait), 1))})


@web.middleware
async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id and a language, answer what escapes, count and log what came of it.

    The log has the route's pattern: a path may hold a private link.
    """
    request[REQUEST_ID] = secrets.token_hex(4)
    language = request.headers.get("Accept-Language", "")
    began = asyncio.get_running_loop().time()
    with bound_contextvars(request_id=request[REQUEST_ID]), speaking(language):
        try:
            response = await handler(request)
        except web.HTTPRedirection as moved:
            _note(request, moved.status, began)
            raise
        except Exception as error:  # noqa: BLE001  answered and logged, here and nowhere else
            response = await _answer(request, error)
        _note(request, response.status, began)
        return response


def told(
    pages: Pages,
    headers: Mapping[str, str],
    notice: Notice,
    *,
    reference: str = "",
    typed: str = "",
) -> web.Response:
    """A page for browsers, JSON for programs."""
    accepted = headers.get("Accept-Language", "")
    if "text/html" in headers.get("Accept", ""):
        page = draw_notice(pages, notice, accepted=accepted, typed=typed, reference=reference)
        return web.Response(status=notice.status, text=page, content_type="text/html")
    with speaking(accepted):
        said: dict[str, Any] = {"error": f"{_(notice.title)}. {_(notice.text)}"}
    if reference:
        said["id"] = reference
    text = json.dumps(said, ensure_ascii=False)
    return web.Response(status=notice.status, text=text, content_type="application/json")


async def _answer(request: web.Request, error: Exception) -> web.Response:
    """In words; of a bug it tells the id that is in the log, and nothing else."""
    parts, error_id = request.app[PARTS], request[REQUEST_ID]
    if isinstance(error, web.HTTPException):
        notice, kept = with_status(error.status), error.headers
    elif isinstance(error, UserError):
        status = 404 if isinstance(error, NotFound) else 400
        notice, kept = Notice(status, REFUSED, str(error)), dict[str, str]()
    elif isinstance(error, ActUnknown):
        notice, kept = with_status(web.HTTPServiceUnavailable.status_code), dict[str, str]()
    else:
        trace = await _without_secrets(request, error)
        _log.error("web.failed", error_id=error_id, route=route_of(request), exception=trace)
        notice, kept = with_status(OUR_FAULT), dict[str, str]()
    reference = error_id if notice.status >= OUR_FAULT else ""
    if is_api(request):
        response = refusal_of(notice.status, reference)
    else:
        typed = request.get(TYPED, "")
        response = told(parts.pages, request.headers, notice, reference=reference, typed=typed)
    response.headers.update({name: kept[name] for name in KEPT if name in kept})
    return response


async def _without_secrets(request: web.Request, error: Exception) -> str:
    """The traceback without what the visitor sent: an error's own text may quote it."""
    sent = {*request.match_info.values(), *request.cookies.values(), request.query_string}
    sent |= {*request.query, *request.query.values()}
    if request.method == "POST":  # it was read before the handler began
        sent |= {await request.text(), *map(str, (await request.post()).values())}
    trace = "".join(format_exception(error))
    for text in sorted(sent | set(map(quote, sent)), key=len, reverse=True):
        trace = trace.replace(text, REMOVED) if len(text) >= SHORTEST_SECRET else trace
    return trace


def with_status(status: int) -> Notice:
    """Words for that status, which may be those of its hundred."""
    return replace(notice_of(status), status=status)


def _note(request: web.Request, status: int, began: float) -> None:
    seconds = asyncio.get_running_loop().time() - began
    route, method = route_of(request), method_of(request)
    request.app[PARTS].measures.requested(route, method, status)
    log = _log.debug if route in OPEN else _log.info
    log("web.request", method=method, route=route, status=status, ms=round(seconds * 1000))
