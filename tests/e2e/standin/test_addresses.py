"""A stand-in server is on this very machine, or Herald does not start."""

from pathlib import Path

import pytest

from bot.config import load
from bot.errors import ConfigError


def setting(name: str, url: str) -> dict[str, str]:
    return {f"HERALD_DISCORD__{name.upper()}": url}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:8085/api",  # a name can be pointed anywhere
        "http://10.0.0.1:8085/api",
        "http://0.0.0.0:8085/api",
        "http://192.168.1.5/api",
        "http://127.1:8085/api",
        "http://2130706433/api",
        "http://[::ffff:127.0.0.1]/api",
        "http://[::2]/api",
        "http://127.0.0.1.example.com/api",
        "http://127.0.0.1@example.com/api",
        "http://example.com\\@127.0.0.1/api",
        "http://127.0.0.1:99999/api",
        "http://[::1/api",
        "http://127.0.0.1/api?x=1",
        "ftp://127.0.0.1/api",
        "ws://127.0.0.1/api",
        "https://discord.com/api",
        "127.0.0.1:8085",
    ],
)
def test_another_place_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"discord\.api_base: must be .* such as http://127"):
        load(None, setting("api_base", url))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8085/gateway", "wss://gateway.discord.gg", "ws://localhost:1/"]
)
def test_a_gateway_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match=r"discord\.gateway_url: must be .* such as ws://127"):
        load(None, setting("gateway_url", url))


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://127.0.0.1:8085/api/", "http://127.0.0.1:8085/api"),
        ("http://127.8.9.10:1/api", "http://127.8.9.10:1/api"),
        ("https://[::1]:8085/api", "https://[::1]:8085/api"),
    ],
)
def test_this_machine_is_taken(url: str, kept: str) -> None:
    assert load(None, setting("api_base", url)).discord.api_base == kept


def test_nothing_set_is_discord() -> None:
    section = load(None, setting("api_base", "") | setting("gateway_url", "")).discord
    assert (section.api_base, section.gateway_url) == (None, None)
