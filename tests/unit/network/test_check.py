"""`herald check` says who reviews, and what is missing for it."""

from typing import Any

import pytest

from bot.commands.check_network import look_at_network
from bot.config import Config

ALL = {"reviewers": "1, 2", "guild_id": 3, "channel_id": 4}


@pytest.mark.parametrize(
    ("network", "url", "level", "said"),
    [
        ({}, None, "ok", "no reviewers are named"),
        ({"reviewers": (1,)}, None, "warn", "network.guild_id and network.channel_id not set"),
        (ALL, None, "warn", "no page on which they could appeal"),
        (ALL, "https://herald.example", "ok", "2 reviewers decide"),
        ({**ALL, "reviewers": [1]}, "https://herald.example", "ok", "1 reviewer decides"),
    ],
)
def test_what_is_said(network: dict[str, Any], url: str | None, level: str, said: str) -> None:
    config = Config.model_validate({"network": network, "web": {"public_url": url}})
    found = look_at_network(config)
    assert (found.name, found.level) == ("network", level)
    assert said in found.text
