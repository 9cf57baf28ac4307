"""What `herald push` cannot send is a sentence, never a traceback."""

from typing import Any

import pytest

from bot.commands.push import PushOptions
from bot.errors import UserError

GOOD: dict[str, Any] = {"action": "ADD_XP", "fields": (), "url": "https://x/in/a", "secret": "s"}


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
    order = PushOptions(**{**GOOD, **changes})
    with pytest.raises(UserError, match=told):
        order.body(), order.check()


def test_whatever_was_typed_can_be_sent() -> None:
    order = PushOptions(**{**GOOD, "fields": ("userId=\udcff é",), "key": "my key"})
    order.check()
    assert order.body() == rb'{"action": "ADD_XP", "userId": "\udcff \u00e9"}'
