"""Which features have pages: those with a folder in bot/web."""

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

from bot.web.app import feature_routes
from bot.wiring import FEATURES

DELIVERY = "/dashboard/endpoints/{endpoint:[0-9]{1,18}}/deliveries/{delivery:[0-9]{1,18}}"


class AnyParts(defaultdict[Any, Any]):
    """A facade for every feature, and a core."""

    core = SimpleNamespace(acts=None, clock=None, public_url=None)


def test_a_feature_is_served_where_it_has_a_folder() -> None:
    service = SimpleNamespace(transcripts=None, pause=None, resume=None, enable=None, disable=None)
    offered = dict.fromkeys(("objections", "door", "public_url", "feeds"))
    parts: Any = AnyParts(lambda: SimpleNamespace(service=service, **offered))
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
        ("GET", "/dashboard"),
        ("GET", "/dashboard/events"),
        ("GET", "/dashboard/signed-out"),
        ("POST", "/dashboard/sign-out"),
        ("GET", "/dashboard/open/{token}"),
        ("POST", "/dashboard/open/{token}"),
        ("GET", "/dashboard/endpoints/{endpoint:[0-9]{1,18}}"),
        ("POST", "/dashboard/endpoints/{endpoint:[0-9]{1,18}}"),
        ("GET", DELIVERY),
        ("POST", DELIVERY),
        ("GET", "/in/openapi.json"),
        ("POST", "/in/{webhook}"),
        ("GET", "/feed/{uuid}"),
    }
    # A module of the web face that happens to be called like a feature is none.
    assert feature_routes(("settings", "health", "static"), parts) == []
