"""What every answer carries, whatever it is, and what none does."""

import re

import pytest

from tests.integration.web.conftest import Site, Sites
from tests.support.raw_http import Answer, ask, send

EVERYWHERE = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}


def assert_safe(answer: Answer) -> None:
    assert EVERYWHERE.items() <= dict(answer.headers).items()
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert not any(part.startswith("script-src") for part in policy)
    assert "camera=()" in answer.headers["Permissions-Policy"]
    assert answer.headers.getall("Server") == ["Herald"]
    assert b"aiohttp" not in answer.body.lower()
    assert b"python" not in answer.body.lower()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/private/one", 200),
        ("/refusal", 400),
        ("/nowhere", 404),
        ("/bug/one", 500),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/static/portal.css", 200),
        ("/static/nothing", 404),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
async def test_every_answer_is_hardened(site: Site, path: str, status: int, accept: str) -> None:
    answer = await ask(site.port, path, Accept=accept)
    assert answer.status == status
    assert_safe(answer)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GARBAGE\r\n\r\n", 405),
        (b"GET / HTTP/9.9\r\nHost: 127.0.0.1\r\n\r\n", 400),
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: " + b"a" * 9_000 + b"\r\n\r\n", 431),
        (b"GET /who HTTP/1.1\r\nHost: 127.0.0.1\r\n" + b"A: b\r\n" * 100 + b"\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 405),  # TLS on a plain port
        (b"PUR/1 / HTTP/1.1\r\n\r\n", 405),
    ],
)
async def test_so_is_the_answer_to_what_is_no_request(
    site: Site, request_: bytes, status: int
) -> None:
    answer = await send(site.port, request_)
    assert answer.status == status  # `send` came back, so the connection was closed
    assert_safe(answer)
    assert b"aaaa" not in answer.body
    assert site.measures.requests["none", "other", answer.status] == 1


async def test_private_pages_are_stored_by_nobody(site: Site) -> None:
    for path in ("/private/one", "/nowhere", "/refusal"):
        answer = await ask(site.port, path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]


async def test_styles_are_kept_for_a_day(site: Site) -> None:
    answer = await ask(site.port, "/static/portal.css")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert b"color-scheme" in answer.body


async def test_https_is_only_promised_where_there_is_some(sites: Sites) -> None:
    for plain in (await sites(), await sites(public_url="http://127.0.0.1:8080")):
        answer = await ask(plain.port, "/healthz")
        assert "Strict-Transport-Security" not in answer.headers


async def test_every_request_has_an_id_of_its_own(site: Site) -> None:
    first, second = [await ask(site.port, "/private/one") for _ in range(2)]
    assert re.fullmatch(r"[0-9a-f]{8}", first.headers["X-Request-Id"])
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
