"""Web application: its guards, its own routes, and those of features."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import cast

from aiohttp import web

from bot.feature import Parts
from bot.web.addresses import Proxies
from bot.web.connection import seated
from bot.web.errors import answered
from bot.web.guards import BODY_LIMIT, admitted
from bot.web.headers import hardened
from bot.web.health import HealthRoutes
from bot.web.pages import FOLDER
from bot.web.parts import ADDRESSES, KEYS, PARTS, PROXIES, WebParts
from bot.web.request_limits import Limiter

A_DAY = "public, max-age=86400"
ADDRESS_LIMIT = (60, 1.0)  # so many at once, then one in so many seconds
KEY_LIMIT = (30, 2.0)  # of what `guards.spend` is called for


def build(parts: WebParts, metrics: Iterable[web.AbstractRouteDef] = ()) -> web.Application:
    """All for people and health checks; the metrics too, where they have no port of their own."""
    app = _guarded(parts)
    app.add_routes(HealthRoutes(parts.probes, parts.clock).routes())
    app.router.add_get("/static/{name}", _static)
    app.add_routes(metrics)
    app.add_routes(parts.routes)
    return app


def build_metrics(parts: WebParts, metrics: Iterable[web.AbstractRouteDef]) -> web.Application:
    """The metrics alone, for a port of their own."""
    app = _guarded(parts)
    app.add_routes(metrics)
    return app


def feature_routes(names: Iterable[str], parts: Parts) -> list[web.RouteDef]:
    """What `routes(parts)` of each `bot/web/<feature>` gives; most features have no pages."""
    found = list[web.RouteDef]()
    for name in names:
        if (FOLDER / name / "__init__.py").is_file():
            routes = import_module(f"bot.web.{name}").routes
            found += cast("Callable[[Parts], list[web.RouteDef]]", routes)(parts)
    return found


def _guarded(parts: WebParts) -> web.Application:
    app = web.Application(middlewares=(seated, answered, admitted), client_max_size=BODY_LIMIT)
    app[PARTS] = parts
    app[PROXIES] = Proxies(parts.config.web.trusted_proxies)
    for key, (burst, every) in ((ADDRESSES, ADDRESS_LIMIT), (KEYS, KEY_LIMIT)):
        app[key] = Limiter(parts.clock, burst=burst, every=every)
    app.on_response_prepare.append(hardened)
    return app


async def _static(request: web.Request) -> web.Response:
    """One of the files there are by name; nothing here opens a path that somebody sent."""
    file = request.app[PARTS].pages.static.get(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    return web.Response(
        body=file.content,
        content_type=file.content_type,
        charset="utf-8",
        headers={"Cache-Control": A_DAY},
    )
