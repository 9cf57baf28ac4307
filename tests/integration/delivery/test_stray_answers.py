"""Stray answers: bytes behind an answer are nobody's, and end the connection they came over."""

import asyncio
from pathlib import Path
from typing import cast

import pytest
from aiohttp import ClientConnectionError, ClientRequest, ClientTimeout
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from bot.delivery.answer_protocol import AnswerProtocol
from bot.delivery.connector import PinnedConnector
from bot.delivery.guard import Guard
from bot.delivery.http_client import Exchange
from tests.integration.delivery.local_sender import (
    BODY,
    HEADERS,
    HOME,
    HOST,
    at_home,
    plain,
    post,
    secure,
    sending,
)
from tests.integration.delivery.receivers import OK, Authority, Receiver, Script, Talk
from tests.support.loops import turn
from tests.support.patience import PATIENCE

STRAY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
REFUSAL = b"HTTP/1.1 418 Teapot\r\nContent-Length: 2\r\n\r\nno"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LONG = b"x" * 60_000  # less than is read of an answer

# What the first request of a connection gets, in pieces that arrive apart.
BEHIND = {
    "with the end of the body": (HEAD, b"ok" + STRAY),
    "with the whole answer": (OK + STRAY,),
    "with the last byte of the body": (HEAD + b"o", b"k" + STRAY),
    "a part of a head": (HEAD, b"okHTTP/1.1 20"),
    "one byte": (HEAD, b"okH"),
    "an empty line": (HEAD, b"ok\r\n"),
    "an empty line with the whole answer": (OK + b"\r\n",),
    "an early hint": (HEAD, b"okHTTP/1.1 103 Early Hints\r\n\r\n"),
    "a body that is too long": (HEAD, b"okay"),
    "chunks": (CHUNKED, b"2\r\nok\r\n0\r\n\r\n" + STRAY),
    "chunks with the whole answer": (CHUNKED + b"2\r\nok\r\n0\r\n\r\n" + STRAY,),
    "chunks, then a part of a head": (CHUNKED, b"2\r\nok\r\n0\r\n\r\nHTTP/1.1 200"),
    "chunks with trailers": (CHUNKED, b"2\r\nok\r\n0\r\nX: y\r\n\r\n" + STRAY),
    "a head without CR": (HEAD.replace(b"\r", b"") + b"ok" + STRAY,),
    "a head without CR, then a part": (HEAD.replace(b"\r", b"") + b"okHTTP/1.1",),
    "a head cut in its last line": (HEAD[:-1], HEAD[-1:] + b"ok" + STRAY),
    "empty lines behind a head cut in its last line": (HEAD[:-1], HEAD[-1:] + b"ok\n\n"),
    "empty lines in a body behind such a head": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r",
        b"\na\n\nbcd" + STRAY,
    ),
    "no body": (STRAY + STRAY,),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n" + STRAY,),
    "a long body": (b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + LONG + STRAY,),
    "a long body, then a part": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + LONG + b"HTTP/1.1 200",
    ),
    "a body longer than is read": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 240000\r\n\r\n" + LONG * 4 + STRAY,
    ),
}


def first_then_refusals(*pieces: bytes) -> Script:
    """The first request gets the pieces; every later one, on whatever connection, a refusal."""

    async def script(talk: Talk) -> None:
        if talk.number == 1:
            await talk.request()
            for piece in pieces:
                await talk.send(piece)
                await talk.gone(seconds=0.02)
        while True:
            await talk.request()
            await talk.send(REFUSAL)

    return script


@pytest.mark.parametrize("is_tls", [False, True], ids=["plain", "tls"])
@pytest.mark.parametrize("pieces", BEHIND.values(), ids=BEHIND)
async def test_what_stands_behind_an_answer_is_not_the_next_ones(
    pieces: tuple[bytes, ...], is_tls: bool, tmp_path: Path
) -> None:
    authority = Authority(tmp_path) if is_tls else None
    server, client = (authority.server(HOST), authority.client()) if authority else (None, None)
    async with (
        Receiver(first_then_refusals(*pieces), tls=server) as receiver,
        sending(ssl=client) as sender,
    ):
        url = secure(receiver) if is_tls else plain(receiver)
        results = [await post(sender, url) for _ in range(3)]

    assert (results[0].status in (200, 204), results[0].error) == (True, None)
    assert [(one.status, one.error) for one in results[1:]] == [(418, None)] * 2
    assert [one.body for one in results[1:]] == [b"no"] * 2
    assert receiver.connections == 2
    assert len(receiver.requests) == 3


@pytest.mark.parametrize("length", [1, 2000, 20_000, 60_000])
async def test_a_whole_answer_keeps_its_connection(length: int) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length + b"x" * length
    chunk = b"%x\r\n" % length + b"x" * length + b"\r\n"
    chunks = CHUNKED + chunk + b"0\r\n\r\n"
    answers = (answer, chunks, answer.replace(b"\r\n", b"\n"), answer)

    async def script(talk: Talk) -> None:
        for one in answers:
            await talk.request()
            await talk.send(one)
        await talk.gone()

    async with Receiver(script) as receiver, sending() as sender:
        results = [await post(sender, plain(receiver)) for _ in answers]

    assert [(one.status, one.error, one.detail) for one in results] == [(200, None, "")] * 4
    assert receiver.connections == 1


class Peeking:
    """A receiver that answers twice, the second time when it is told to."""

    def __init__(self) -> None:
        self.talk: Talk | None = None

    async def __call__(self, talk: Talk) -> None:
        self.talk = self.talk or talk
        await talk.request()
        await talk.send(OK)
        await talk.request()
        await talk.send(REFUSAL)
        await talk.gone()


@pytest.mark.parametrize("is_tls", [False, True], ids=["plain", "tls"])
async def test_what_came_and_was_not_read_yet_is_not_the_next_ones(
    is_tls: bool, tmp_path: Path
) -> None:
    """It lies in the socket when the next request takes the connection, within one turn."""
    authority = Authority(tmp_path) if is_tls else None
    server, client = (authority.server(HOST), authority.client()) if authority else (None, None)
    peeking = Peeking()
    async with Receiver(peeking, tls=server) as receiver, sending(ssl=client) as sender:
        url = secure(receiver) if is_tls else plain(receiver)
        first = await post(sender, url)
        assert peeking.talk is not None
        await peeking.talk.send(STRAY)
        second = await post(sender, url)

    assert (first.body, second.status, second.body) == (b"ok", 200, b"ok")
    assert receiver.connections == 2
    assert len(receiver.requests) == 2


class Reading(PinnedConnector):
    """A connector that gives a kept connection out when all that has come was read."""

    async def connect(
        self, req: ClientRequest, traces: list[Trace], timeout: ClientTimeout
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        protocol = cast(AnswerProtocol, connection.protocol)
        if protocol.exchanges > 1:
            async with asyncio.timeout(PATIENCE):
                while not (protocol.received or protocol.excess):
                    await turn()
        return connection


async def test_what_comes_after_a_connection_was_taken_is_not_its_answer() -> None:
    """Between two turns: the request is not written yet, and what comes then is a stray."""
    peeking = Peeking()
    async with Receiver(peeking) as receiver:
        connector = Reading(Guard(HOME, at_home))
        exchange = Exchange(connector, connect=5.0)
        url = plain(receiver).url
        first = await exchange.post(url, BODY, HEADERS)
        await first.content.read()
        assert peeking.talk is not None
        await peeking.talk.send(STRAY)
        with pytest.raises(ClientConnectionError):
            await exchange.post(url, BODY, HEADERS)
        await exchange.close()

    assert len(receiver.requests) == 1


async def test_another_path_of_the_same_host_gets_no_stray_either() -> None:
    async with (
        Receiver(first_then_refusals(HEAD, b"ok" + STRAY)) as receiver,
        sending() as sender,
    ):
        other = Guard(HOME, at_home).parse(f"http://127.0.0.1:{receiver.port}/of-somebody-else")
        results = [await post(sender, plain(receiver)), await post(sender, other)]

    assert [one.status for one in results] == [200, 418]
