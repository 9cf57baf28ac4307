"""The request itself: its exact bytes, what it refuses, and whose connection is used again."""

import asyncio
import socket
from pathlib import Path
from typing import cast

import pytest
from aiohttp import ClientConnectionError, ClientRequest, ClientTimeout
from aiohttp.connector import Connection
from aiohttp.tracing import Trace
from yarl import URL

from bot.delivery.answer_protocol import AnswerProtocol
from bot.delivery.connector import PinnedConnector
from bot.delivery.guard import Guard
from bot.delivery.http_client import Exchange, Route
from tests.integration.delivery.local_sender import (
    BODY,
    HASTY,
    HEADERS,
    HOME,
    HOST,
    at_home,
    plain,
    post,
    secure,
    sending,
)
from tests.integration.delivery.receivers import OK, Authority, Receiver, Talk, answers
from tests.support.loops import turn
from tests.support.patience import PATIENCE

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
        {"X": "a\x7fb"},
        {"X": "\ud800"},
        {"X": "a", "x": "b"},
        {"content-length": "0"},
        {"Transfer-Encoding": "chunked"},
    ],
)
async def test_a_header_that_would_break_the_request_is_not_sent(broken: dict[str, str]) -> None:
    async with Receiver(answers(OK)) as receiver, sending() as sender:
        answer = await sender.post(plain(receiver), body=BODY, headers={**HEADERS, **broken})

    assert (answer.status, answer.error) == (None, "protocol")
    assert answer.detail == "request: it could not be made"
    assert receiver.connections == 0


@pytest.mark.parametrize(("status", "is_tls"), [(413, False), (413, True), (202, False)])
async def test_an_answer_before_the_body_was_read_ends_the_connection(
    status: int, is_tls: bool, tmp_path: Path
) -> None:
    """Else the next request would queue up behind what nobody reads."""
    authority = Authority(tmp_path) if is_tls else None

    async def script(talk: Talk) -> None:
        if talk.number == 1:
            await talk.some()
            await talk.send(b"HTTP/1.1 %d Early\r\nContent-Length: 0\r\n\r\n" % status)
            await talk.gone()
        else:
            await talk.request()
            await talk.send(OK)

    server, client = (authority.server(HOST), authority.client()) if authority else (None, None)
    async with Receiver(script, tls=server) as receiver, sending(ssl=client) as sender:
        url = secure(receiver) if is_tls else plain(receiver)
        early = await post(sender, url, body=LARGE)
        taken = await post(sender, url)

    assert (early.status, taken.status) == (status, 200)
    assert receiver.connections == 2


class Watched(PinnedConnector):
    """A connector that keeps the socket it gave out last."""

    given: socket.socket

    async def connect(
        self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        assert connection.transport is not None
        self.given = connection.transport.get_extra_info("socket")
        return connection


@pytest.mark.parametrize("is_tls", [False, True])
async def test_who_reads_nothing_keeps_no_socket_of_ours(is_tls: bool, tmp_path: Path) -> None:
    """A close would first wait until the body is read: with plain TCP, for ever."""
    authority = Authority(tmp_path) if is_tls else None

    async def script(_talk: Talk) -> None:
        await asyncio.Event().wait()

    server, client = (authority.server(HOST), authority.client()) if authority else (None, None)
    async with Receiver(script, tls=server) as receiver:
        connector = Watched(Guard(HOME, at_home), ssl=client or True)
        exchange = Exchange(connector, connect=5.0)
        url = (secure(receiver) if is_tls else plain(receiver)).url
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(HASTY.total):
                await exchange.post(url, LARGE, HEADERS)
        async with asyncio.timeout(PATIENCE):
            while connector.given.fileno() != -1:
                await turn()
        await exchange.close()


class Late(PinnedConnector):
    """A connector that gives a connection out when something has come over it."""

    async def connect(
        self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        while not cast(AnswerProtocol, connection.protocol).excess:
            await turn()
        return connection


async def test_an_answer_before_the_request_is_nobodys() -> None:
    """Else every request on that connection would be given the answer to the one before it."""

    async def script(talk: Talk) -> None:
        await talk.send(OK)
        await talk.gone()

    async with Receiver(script) as receiver:
        exchange = Exchange(Late(Guard(HOME, at_home)), connect=5.0)
        with pytest.raises(ClientConnectionError, match="before the request"):
            async with asyncio.timeout(PATIENCE):
                await exchange.post(plain(receiver).url, BODY, HEADERS)
        await exchange.close()

    assert receiver.stray == b""
