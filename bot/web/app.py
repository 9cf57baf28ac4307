"""Web application: its guards, its own routes, and those of features."""

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import cast

from aiohttp import web

from bot.feature import Parts
from bot.web.addresses import Proxies
from bot.web.connection import BUSY_FOR, seated
from bot.web.errors import answered
from bot.web.forms import Forms
from bot.web.guards import BODY_LIMIT, admitted
from bot.web.headers import hardened
from bot.web.health import HealthRoutes, Startup
from bot.web.pages import FOLDER
from bot.web.parts import ADDRESSES, FORMS, KEYS, PARTS, PROXIES, ReadinessProbe, WebParts
from bot.web.request_limits import Limiter
from bot.web.streams import STREAMS, Streams

A_DAY = "public, max-age=86400"
ADDRESS_LIMIT = (60, 1.0)  # so many at once, then one in so many seconds
KEY_LIMIT = (30, 2.0)  # of what `guards.spend` is called for


def build(
    parts: WebParts,
    *,
    probes: Mapping[str, ReadinessProbe],
    forms: Forms,
    routes: Iterable[web.AbstractRouteDef] = (),
) -> web.Application:
    """All for people and health checks; `probes` by the names that /readyz shows."""
    app = _guarded(parts)
    app[FORMS] = forms
    app[STREAMS] = streams = Streams(parts.clock)
    app.on_shutdown.append(streams.end_all)
    app.add_routes(HealthRoutes(probes, parts.clock).routes())
    app.router.add_get("/static/{name}", _static)
    app.add_routes(routes)
    return app


def build_startup(parts: WebParts, startup: Startup) -> web.Application:
    """What answers until all else can: health checks, and a page that asks to come again."""
    app = _guarded(parts)
    app.add_routes(startup.routes())
    app.router.add_get("/static/{name}", _static)
    app.router.add_get("/{path:.*}", _later)
    app.router.add_post("/{path:.*}", _later)
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


async def _later(_request: web.Request) -> web.Response:
    raise web.HTTPServiceUnavailable(headers={"Retry-After": str(BUSY_FOR)})


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
