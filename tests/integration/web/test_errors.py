"""What people are told when something goes wrong, and what the log knows of it: no secret."""

import io
import json
import logging
from collections.abc import Generator
from typing import Any

import pytest

from bot import logs
from tests.integration.web.conftest import Site
from tests.support.plain_logs import log_plainly
from tests.support.raw_http import ask, send

TOKEN = "eyJjYXNlIjo3fQ.signed-for-one-person"
SAID = "I-was-only-joking"


@pytest.fixture
def lines() -> Generator[io.StringIO]:
    """The log of this test, one JSON object a line."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.configure(style="json", level="DEBUG", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    log_plainly()


def read(lines: io.StringIO, event: str) -> list[dict[str, Any]]:
    found = map(json.loads, lines.getvalue().splitlines())
    return [one for one in found if one["event"] == event]


async def test_a_bug_has_an_id_that_is_in_the_log_and_tells_nothing_else(
    site: Site, lines: io.StringIO
) -> None:
    answer = await ask(site.port, f"/bug/{TOKEN}?why={SAID}", Accept="text/html")
    assert answer.status == 500
    (failed,) = read(lines, "web.failed")
    assert failed["level"] == "error"
    assert failed["error_id"] in answer.text
    assert failed["request_id"] == answer.headers["X-Request-Id"] == failed["error_id"]
    assert failed["route"] == "/bug/{token}"
    assert "ZeroDivisionError" in failed["exception"]
    assert "conftest.py" in failed["exception"]
    for inside in ("ZeroDivision", "Traceback", "conftest", ".py", TOKEN):
        assert inside not in answer.text


async def test_a_program_is_told_the_id_too(site: Site, lines: io.StringIO) -> None:
    answer = await ask(site.port, "/bug/one")
    (failed,) = read(lines, "web.failed")
    assert answer.json["id"] == failed["error_id"]
    assert set(answer.json) == {"error", "id"}


async def test_the_log_has_the_route_and_never_what_was_sent(
    site: Site, lines: io.StringIO
) -> None:
    body = f"message={SAID}".encode()
    form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"appeal={TOKEN}"}
    for path in (
        f"/private/{TOKEN}?why={SAID}",
        f"/nowhere/{TOKEN}?{SAID}",
        f"/bug/{TOKEN}?{SAID}",
    ):
        await ask(site.port, path, Referer=f"https://herald.example/{TOKEN}", headers=form)
    for path in (f"/private/{TOKEN}", f"/bug/{TOKEN}"):
        await ask(site.port, path, method="POST", body=body, headers=form)
    await send(site.port, f"GET /{TOKEN} HTTP/1.1\r\n{SAID}\r\n\r\n".encode())
    told = lines.getvalue()
    assert TOKEN not in told
    assert SAID not in told
    seen = [(one["method"], one["route"], one["status"]) for one in read(lines, "web.request")]
    assert seen == [
        ("GET", "/private/{token}", 200),
        ("GET", "none", 404),
        ("GET", "/bug/{token}", 500),
        ("POST", "/private/{token}", 303),
        ("POST", "/bug/{token}", 500),
        ("other", "none", 400),
    ]
    assert all(one["ms"] >= 0 and one["request_id"] for one in read(lines, "web.request")[:-1])
    assert len(read(lines, "web.failed")) == 2


async def test_health_checks_are_quiet(site: Site, lines: io.StringIO) -> None:
    await ask(site.port, "/healthz")
    await ask(site.port, "/who")
    levels = {one["route"]: one["level"] for one in read(lines, "web.request")}
    assert levels == {"/healthz": "debug", "/who": "info"}


async def test_a_refusal_is_shown_as_it_stands(site: Site) -> None:
    page = await ask(site.port, "/refusal", Accept="text/html,*/*;q=0.8")
    assert page.status == 400
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "The bot is not in that server &lt;any more&gt;." in page.text
    assert '<html lang="en"' in page.text
    assert "<script" not in page.text
    assert " style=" not in page.text
    plain = await ask(site.port, "/refusal")
    assert "The bot is not in that server <any more>." in plain.json["error"]


async def test_what_is_not_there_is_told_in_words(site: Site) -> None:
    page = await ask(site.port, "/nowhere", Accept="text/html")
    assert page.status == 404
    assert "This link does not work" in page.text
