"""Guards that a request passes before its handler.

Every page is private unless its handler sets Cache-Control itself, and is given out under the
public address, or this machine's own, alone. `spend` limits what one key is used for, such as a
private link.
"""

import asyncio
from ipaddress import IPv4Address
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot import loopback
from bot.delivery.addresses import Address
from bot.web.addresses import household, parse
from bot.web.connection import BUSY_FOR, LimitedConnection
from bot.web.errors import too_many
from bot.web.measures import OPEN, SIGNED, route_of
from bot.web.parts import ADDRESSES, KEYS, PARTS, PROXIES

BODY_LIMIT = 64 * 1024
METHODS = frozenset({"GET", "POST"})
POST_COST = 5
LIVE = "X-Live"
"""Sent by our script, which takes the numbers out of a page: nothing is shown to a person."""


def spend(request: web.Request, key: str, cost: int = 1) -> None:
    """Take from what one key may be used for; 429 where nothing is left."""
    if wait := request.app[KEYS].take(_purse(request, key), cost):
        raise too_many(wait)


def spend_address(request: web.Request, cost: int = POST_COST) -> None:
    """Take from what whoever asks has left; 429 where nothing is."""
    if wait := request.app[ADDRESSES].take(_purse(request, household(address_of(request))), cost):
        raise too_many(wait)


def asks_by_itself(request: web.Request) -> bool:
    """Whether an open page asks, and no person does."""
    is_stream = request.headers.get("Accept") == "text/event-stream"
    return request.method == "GET" and (is_stream or LIVE in request.headers)


def _purse(request: web.Request, key: str) -> str:
    """Open pages have one of their own: nobody's clicks are refused because of what they ask."""
    return f"live {key}" if asks_by_itself(request) else key


def address_of(request: web.Request) -> Address:
    """Who asks, as far as the proxies that we trust can tell."""
    return request.app[PROXIES].client(peer_of(request), request.headers)


def peer_of(request: web.Request) -> Address:
    """The other end of the connection."""
    return parse(request.remote or "") or IPv4Address(0)


def is_here(host: str) -> bool:
    """Whether a Host header names this machine, by its loopback address or as localhost."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return loopback.is_here(name)


@web.middleware
async def admitted(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what is not for us, too often, too long or too slow; the body is read afterwards."""
    if route_of(request) not in OPEN:
        _check_place(request)
        _check_host(request)
        if route_of(request) in SIGNED:
            return await _signed_for(request, handler)
        spend_address(request, POST_COST if request.method == "POST" else 1)
    return await _passed(request, handler)


async def _signed_for(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whoever signs is limited by what they sign for; what never got so far, by the address."""
    try:
        return await _passed(request, handler)
    except web.HTTPException:
        spend_address(request)
        raise


async def _passed(request: web.Request, handler: Handler) -> web.StreamResponse:
    _check_method(request)
    await _read_body(request)
    return await handler(request)


def _check_place(request: web.Request) -> None:
    """Where everything else is taken, those that watch over Herald are still answered."""
    connection = request.protocol
    if isinstance(connection, LimitedConnection) and connection.is_reserved:
        raise web.HTTPServiceUnavailable(headers={"Retry-After": str(BUSY_FOR)})


def _check_host(request: web.Request) -> None:
    """A foreign name would be a page of ours on somebody else's site."""
    named = request.headers.getall("Host", [])
    if len(named) != 1 or not request.raw_path.startswith("/"):
        raise web.HTTPMisdirectedRequest
    public = urlsplit(request.app[PARTS].config.web.public_url or "")
    default = {"https": ":443", "http": ":80"}.get(public.scheme, "")
    host = named[0].lower()
    if host.removesuffix(default) != public.netloc.removesuffix(default) and not is_here(host):
        raise web.HTTPMisdirectedRequest


def _check_method(request: web.Request) -> None:
    """GET and POST, where there is a route for them: aiohttp would add HEAD by itself."""
    problem = request.match_info.http_exception
    if isinstance(problem, web.HTTPMethodNotAllowed):
        raise web.HTTPMethodNotAllowed(request.method, problem.allowed_methods & METHODS)
    if problem is None and request.method not in METHODS:
        routes = request.match_info.route.resource or ()
        allowed = {route.method for route in routes} & METHODS
        raise web.HTTPMethodNotAllowed(request.method, allowed)


async def _read_body(request: web.Request) -> None:
    """All of it, now, against one deadline; `request.post()` then finds it read."""
    if not request.body_exists:
        return
    if request.content_type.startswith("multipart/") or "Content-Encoding" in request.headers:
        raise web.HTTPUnsupportedMediaType
    if (request.content_length or 0) > BODY_LIMIT:
        raise web.HTTPRequestEntityTooLarge(BODY_LIMIT)
    try:
        async with asyncio.timeout(request.app[PARTS].config.web.read_timeout):
            await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (ConnectionError, web.RequestPayloadError):
        raise web.HTTPBadRequest from None
