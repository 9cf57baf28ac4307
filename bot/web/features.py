"""Features' routes: those of every `bot/web/<feature>` there is, loaded by name as cogs are."""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import cast

from aiohttp import web

from bot.feature import Parts
from bot.web.pages import FOLDER


def feature_routes(names: Iterable[str], parts: Parts) -> list[web.RouteDef]:
    """What `routes(parts)` of each gives; most features have no pages."""
    found = list[web.RouteDef]()
    for name in names:
        if (FOLDER / name / "__init__.py").is_file():
            routes = import_module(f"bot.web.{name}").routes
            found += cast("Callable[[Parts], list[web.RouteDef]]", routes)(parts)
    return found
