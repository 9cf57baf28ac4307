"""Which features have pages: those with a folder in bot/web."""

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

from bot.web.app import feature_routes
from bot.wiring import FEATURES


def test_a_feature_is_served_where_it_has_a_folder() -> None:
    parts: Any = defaultdict[Any, Any](
        lambda: SimpleNamespace(
            service=SimpleNamespace(transcripts=None), objections=None, door=None, public_url=None
        )
    )
    found = feature_routes((feature.name for feature in FEATURES), parts)
    assert {(route.method, route.path) for route in found} == {
        ("GET", "/appeals/{token}"),
        ("POST", "/appeals/{token}"),
        ("GET", "/tickets/{token}"),
        ("GET", "/tickets/{token}/files/{file:[0-9]{1,20}}"),
        ("GET", "/giveaways/{token}"),
        ("GET", "/giveaways/{token}/proof.json"),
        ("GET", "/network/{token}"),
        ("POST", "/network/{token}"),
        ("GET", "/in/openapi.json"),
        ("POST", "/in/{webhook}"),
    }
    # A module of the web face that happens to be called like a feature is none.
    assert feature_routes(("settings", "health", "static"), parts) == []
