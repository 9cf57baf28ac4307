"""Receivers that take their time: one deadline covers everything up to the last byte."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager

import pytest

from bot.delivery.failures import Deadlines
from bot.delivery.guard import Guard
from bot.dialects.base import Answer
from tests.integration.delivery.local_sender import HOME, at_home, once, post, sending
from tests.integration.delivery.receivers import Script, Talk

TOTAL = 1.2
SLOW = Deadlines(connect=0.6, total=TOTAL)
PAUSE = 0.05


async def never_read(talk: Talk) -> None:
    await asyncio.Event().wait()


async def read_and_be_silent(talk: Talk) -> None:
    await talk.request()
    await talk.gone()


async def drip_the_head(talk: Talk) -> None:
    await talk.request()
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok":
        if await talk.gone(seconds=PAUSE):
            return
        await talk.send(bytes([byte]))


async def hints_for_ever(talk: Talk) -> None:
    await talk.request()
    for _ in range(7):
        await talk.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        await talk.gone(seconds=PAUSE)
    await talk.gone()


@contextmanager
def nobody_accepts() -> Generator[int]:
    """A port where the kernel connects and no program ever takes the connection."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1)
        yield int(listening.getsockname()[1])


def within_a_fifth(answer: Answer) -> bool:
    return TOTAL * 1000 - 10 <= answer.latency_ms <= TOTAL * 1200


SILENT: dict[Script, str] = {
    never_read: "status: no answer within 1.2 s",
    read_and_be_silent: "status: no answer within 1.2 s",
    drip_the_head: "headers: no answer within 1.2 s",
    hints_for_ever: "status: no answer within 1.2 s",
}


@pytest.mark.parametrize("script", SILENT, ids=lambda script: script.__name__)
@pytest.mark.thorough("each waits for a deadline", but="drip_the_head")
async def test_no_whole_head_within_the_deadline_is_a_timeout(script: Script) -> None:
    answer, receiver = await once(script, SLOW)

    assert (answer.status, answer.error, answer.detail) == (None, "timeout", SILENT[script])
    assert within_a_fifth(answer)
    assert receiver.connections == 1


async def test_a_connection_that_no_program_takes_is_a_timeout() -> None:
    with nobody_accepts() as port:
        url = Guard(HOME, at_home).parse(f"http://127.0.0.1:{port}/")
        async with sending(limits=SLOW) as sender:
            answer = await post(sender, url)

    assert (answer.status, answer.error) == (None, "timeout")
    assert within_a_fifth(answer)


def dripping_the_body(head: bytes) -> Script:
    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(head)
        while not await talk.gone(seconds=PAUSE):
            await talk.send(b"x")

    return script


BODIES = [
    (200, b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nfirst"),
    (204, b"HTTP/1.1 204 No Content\r\nContent-Length: 900\r\n\r\n"),
    (201, b"HTTP/1.1 201 Created\r\n\r\nfirst"),
    (500, b"HTTP/1.1 500 No\r\nContent-Length: 900\r\n\r\nfirst"),
    (404, b"HTTP/1.1 404 No\r\n\r\nfirst"),
]


@pytest.mark.parametrize(("status", "head"), BODIES)
@pytest.mark.thorough("each waits for a deadline", but="20*")
async def test_the_deadline_covers_the_body_and_the_status_stands(status: int, head: bytes) -> None:
    answer, receiver = await once(dripping_the_body(head), SLOW)

    assert (answer.status, answer.error) == (status, None)
    if status != 204:  # which has no body to wait for
        assert answer.detail == "body cut: not finished within 1.2 s"
        assert answer.body.startswith(b"first")
        assert within_a_fifth(answer)
    assert len(receiver.requests) == 1
