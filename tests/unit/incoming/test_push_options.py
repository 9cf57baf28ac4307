"""What `herald push` cannot send is a sentence, never a traceback."""

from typing import Any

import pytest

from bot.commands.push import PushOptions
from bot.errors import UserError


def options(**changes: Any) -> PushOptions:
    """Options that can be sent, but for these."""
    good: dict[str, Any] = {"fields": (), "url": "https://x/in/a", "secret": "s"}
    return PushOptions("ADD_XP", **{**good, **changes})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": "http://[x/in/a"}, "--to"),
        ({"url": "http://x:port/in/a"}, "--to"),
        ({"url": "http://x:99999/in/a"}, "--to"),
        ({"url": "http:///in/a"}, "--to"),
        ({"key": "a\nb"}, "--key"),
        ({"key": ""}, "--key"),
        ({"key": "é"}, "--key"),
        ({"secret": ""}, "--secret"),
        ({"secret": "\udcff"}, "--secret"),
        ({"fields": ("amount=" + "[" * 100_000,)}, "amount"),
    ],
)
def test_what_cannot_be_sent_is_said(changes: dict[str, Any], told: str) -> None:
    order = options(**changes)
    with pytest.raises(UserError, match=told):
        order.check() if "fields" not in changes else order.body()


def test_whatever_was_typed_can_be_sent() -> None:
    order = options(fields=("userId=\udcff é",), key="my key")
    order.check()
    assert order.body() == rb'{"action": "ADD_XP", "userId": "\udcff \u00e9"}'
