"""The request itself: its exact bytes, what it refuses, and whose connection is used again."""

import asyncio

import pytest
from yarl import URL

from bot.delivery.exchange import Route
from tests.integration.delivery.receivers import OK, Receiver, Talk, answers
from tests.integration.delivery.sending import BODY, HEADERS, plain, post, sending

LARGE = b"x" * 20_000_000  # more than the sockets of both sides hold


async def test_the_request_is_these_bytes() -> None:
    async with Receiver(answers(OK)) as receiver, sending() as sender:
        await post(sender, plain(receiver))

    assert receiver.requests == [
        b"POST /hook?a=b HTTP/1.1\r\n"
        b"Host: 127.0.0.1:%d\r\n"
        b"Accept: */*\r\n"
        b"Accept-Encoding: identity\r\n"
        b"Content-Type: application/json\r\n"
        b"User-Agent: test/1\r\n"
        b"Content-Length: 10\r\n"
        b"\r\n"
        b'{"id":"1"}' % receiver.port
    ]


@pytest.mark.parametrize(
    ("url", "line", "host"),
    [
        ("https://example.com", b"POST / HTTP/1.1", b"Host: example.com"),
        ("https://example.com:8443/a%20b", b"POST /a%20b HTTP/1.1", b"Host: example.com:8443"),
        ("https://[2606:4700::1]/?q=%C3%A9", b"POST /?q=%C3%A9 HTTP/1.1", b"Host: [2606:4700::1]"),
        ("https://xn--bcher-kva.example/#top", b"POST / HTTP/1.1", b"Host: xn--bcher-kva.example"),
    ],
)
async def test_line_and_host(url: str, line: bytes, host: bytes) -> None:
    route = Route(URL(url, encoded=True), asyncio.get_running_loop(), reuse=True)

    assert route.head({}, 0).split(b"\r\n")[:2] == [line, host]


@pytest.mark.parametrize(("reuse", "closes"), [(True, 0), (False, 1)])
async def test_a_connection_that_is_not_kept_says_so(reuse: bool, closes: int) -> None:
    route = Route(URL("https://example.com"), asyncio.get_running_loop(), reuse=reuse)

    assert route.head({}, 0).count(b"\r\nConnection: close\r\n") == closes


async def test_a_header_that_is_given_takes_the_usual_ones_place() -> None:
    async with Receiver(answers(OK)) as receiver, sending() as sender:
        await sender.post(plain(receiver), body=BODY, headers={"aCCept": "text/plain", "X": "é"})

    lines = receiver.requests[0].split(b"\r\n")
    assert [line for line in lines if line.lower().startswith(b"accept:")] == [
        b"aCCept: text/plain"
    ]
    assert b"Accept-Encoding: identity" in lines
    assert "X: é".encode() in lines


@pytest.mark.parametrize(
    "broken",
    [
        {"X": "a\r\nHost: elsewhere"},
        {"X": "a\nHost: elsewhere"},
        {"X": "a\rb"},
        {"X": "a\0b"},
        {"X\r\nHost": "elsewhere"},
        {"X": "a\r\n\r\nPOST /other HTTP/1.1"},
    ],
)
async def test_a_header_that_breaks_its_line_is_not_sent(broken: dict[str, str]) -> None:
    async with Receiver(answers(OK)) as receiver, sending() as sender:
        answer = await sender.post(plain(receiver), body=BODY, headers={**HEADERS, **broken})

    assert (answer.status, answer.error) == (None, "protocol")
    assert answer.detail == "request: it could not be made"
    assert receiver.connections == 0


async def test_an_answer_before_the_body_was_read_ends_the_connection() -> None:
    """Else the next request would queue up behind what nobody reads."""

    async def script(talk: Talk) -> None:
        if talk.number == 1:
            await talk.some()
            await talk.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n")
            await talk.gone()
        else:
            await talk.request()
            await talk.send(OK)

    async with Receiver(script) as receiver, sending() as sender:
        refused = await post(sender, plain(receiver), body=LARGE)
        taken = await post(sender, plain(receiver))

    assert (refused.status, taken.status) == (413, 200)
    assert receiver.connections == 2
