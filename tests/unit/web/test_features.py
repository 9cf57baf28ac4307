"""Which features have pages: those with a folder in bot/web."""

from types import SimpleNamespace

from bot.app import FEATURES
from bot.web.features import feature_routes


def test_a_feature_is_served_where_it_has_a_folder() -> None:
    found = feature_routes(FEATURES, SimpleNamespace(appeals=None))
    assert {(route.method, route.path) for route in found} == {
        ("GET", "/appeals/{token}"),
        ("POST", "/appeals/{token}"),
    }
    # A module of the web face that happens to be called like a feature is none.
    assert feature_routes(("settings", "health", "static"), SimpleNamespace()) == []
