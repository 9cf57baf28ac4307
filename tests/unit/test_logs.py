"""Logs: both formats, the libraries' logs among ours, and no secret in any of it."""

import io
import json
import logging
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Literal

import pytest
import structlog

from bot import logs
from tests.support.plain_logs import log_plainly

WHSEC = "whsec_q8X-3kZ_9aB+cD/eF0gH1iJ2kL3mN4oP5qR6sT7uV="
BOT_TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB"
PASSWORD = "p@ss:w/rd"
POSTGRES = f"postgresql://herald:{PASSWORD}@db.internal/herald"
KNOWN = "c29tZS1mZXJuZXQta2V5LXRoYXQtaXMta25vd24="

Style = Literal["console", "json"]
STYLES = pytest.mark.parametrize("style", ["console", "json"])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Generator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    names = (
        "discord",
        "aiosqlite",
        "asyncio",
        "sqlalchemy",
        "alembic",
        "simcord",
        "aiohttp.access",
    )
    levels = {name: logging.getLogger(name).level for name in names}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, former in levels.items():
        logging.getLogger(name).setLevel(former)
    log_plainly()


def configured(style: Literal["console", "json", "auto"], level: str = "INFO") -> io.StringIO:
    stream = io.StringIO()
    logs.configure(style=style, level=level, secrets=[KNOWN], stream=stream)
    return stream


def entry(stream: io.StringIO) -> dict[str, Any]:
    lines = stream.getvalue().splitlines()
    assert len(lines) == 1, lines
    return json.loads(lines[0])


@dataclass
class Holder:
    secret: str


@STYLES
@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"sealed {WHSEC} away", WHSEC),
        (f"logged in with {BOT_TOKEN}", BOT_TOKEN),
        (f"no answer from {POSTGRES}", PASSWORD),
        ("proxy http://me:hunter2@proxy.example/x", "hunter2"),
        (
            "POST https://discord.com/api/v10/webhooks/123/aW50ZXJhY3Rpb24 gave 404",
            "aW50ZXJhY3Rpb24",
        ),
        ("POST /interactions/123/aW50ZXJhY3Rpb24/callback", "aW50ZXJhY3Rpb24"),
        ("headers {'Authorization': 'Bot abc.def'}", "abc.def"),
        ("authorization: Bearer abcdef", "abcdef"),
        ("GET /appeal?token=abcdef&x=1", "abcdef"),
        (f"the key is {KNOWN}", KNOWN),
    ],
)
def test_secrets_in_texts_are_removed(style: Style, text: str, hidden: str) -> None:
    stream = configured(style)
    logs.get_logger("bot.delivery").warning(text)
    logging.getLogger("discord.http").warning("%s", text)
    structlog.get_logger("bot.other").warning("said %s", text, detail=[{"deep": text}])
    written = stream.getvalue()
    assert hidden not in written
    assert written.count(logs.REMOVED) == 4


@STYLES
@pytest.mark.parametrize("key", ["token", "client_secret", "Authorization", "Phantom-Signature"])
def test_values_of_sensitive_keys_are_removed(style: Style, key: str) -> None:
    stream = configured(style)
    logger = logs.get_logger("bot.delivery")
    logger.info("direct", **{key: "opensesame"})
    logger.info("nested", headers={key: "opensesame"}, rows=[{key: b"opensesame"}])
    logging.getLogger("aiohttp.client").info("extra", extra={key: "opensesame"})
    assert "opensesame" not in stream.getvalue()
    assert stream.getvalue().count(logs.REMOVED) == 4


@STYLES
def test_objects_are_searched_by_what_they_show(style: Style) -> None:
    stream = configured(style)
    logs.get_logger("bot").info("got", holder=Holder(WHSEC), raw=WHSEC.encode())
    assert WHSEC not in stream.getvalue()
    assert "Holder(" in stream.getvalue()


@STYLES
def test_exception_texts_are_searched(style: Style) -> None:
    stream = configured(style)
    try:
        try:
            raise ValueError(f"bad {WHSEC}")
        except ValueError as cause:
            raise ConnectionError(f"cannot reach {POSTGRES}") from cause
    except ConnectionError:
        logs.get_logger("bot.storage").exception("failed")
        logging.getLogger("asyncio").exception("failed too")
    written = stream.getvalue()
    assert WHSEC not in written
    assert PASSWORD not in written
    assert written.count("Traceback (most recent call last)") == 4
    assert written.count("db.internal") == 2


def test_what_is_harmless_stays() -> None:
    stream = configured("json")
    logs.get_logger("bot.delivery").info(
        "delivered %s",
        "https://example.com:8443/hooks/42?guild=1",
        token_count=3,
        signed_secret=None,
        ids=(1, 2),
        idempotency_key="a5d0",
        mail="somebody@example.com",
    )
    written = entry(stream)
    assert written["event"] == "delivered https://example.com:8443/hooks/42?guild=1"
    assert (written["token_count"], written["signed_secret"], written["ids"]) == (3, None, [1, 2])
    assert (written["idempotency_key"], written["mail"]) == ("a5d0", "somebody@example.com")
    assert (written["logger"], written["level"]) == ("bot.delivery", "info")
    assert written["timestamp"].endswith("Z")


def test_the_libraries_write_the_same_form() -> None:
    stream = configured("json")
    logging.getLogger("discord.gateway").info("Shard ID %s has connected.", 0)
    written = entry(stream)
    assert written["event"] == "Shard ID 0 has connected."
    assert (written["logger"], written["level"]) == ("discord.gateway", "info")


def test_the_level_holds_for_both_and_libraries_never_tell_every_packet() -> None:
    stream = configured("json", level="DEBUG")
    logs.get_logger("bot").debug("ours")
    logging.getLogger("discord.http").debug("a packet")
    logging.getLogger("aiohttp.access").info("a request")
    assert entry(stream)["event"] == "ours"
    quiet = configured("json", level="ERROR")
    logs.get_logger("bot").warning("ours")
    logging.getLogger("discord").warning("theirs")
    assert quiet.getvalue() == ""


def test_configuring_again_replaces_and_a_logger_made_before_follows() -> None:
    early = logs.get_logger("bot.early")
    former = configured("json")
    latter = configured("json")
    early.info("hello")
    assert former.getvalue() == ""
    assert entry(latter)["event"] == "hello"


def test_auto_is_json_for_a_program_and_colour_for_a_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = configured("auto")
    logs.get_logger("bot").info("hello")
    assert entry(stream)["event"] == "hello"
    terminal = Terminal()
    logs.configure(stream=terminal)
    logs.get_logger("bot").info("hello")
    assert "\x1b[" in terminal.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Terminal()
    logs.configure(stream=plain)
    logs.get_logger("bot").info("hello")
    assert "hello" in plain.getvalue()
    assert "\x1b[" not in plain.getvalue()


def test_context_travels_along() -> None:
    stream = configured("json")
    with structlog.contextvars.bound_contextvars(guild_id="123"):
        logs.get_logger("bot").info("hello")
    assert entry(stream)["guild_id"] == "123"
