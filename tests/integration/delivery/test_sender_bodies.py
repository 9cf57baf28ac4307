"""Bodies that end too early or never, and connections that are kept."""

import asyncio

import pytest

from tests.integration.delivery.local_sender import (
    HASTY,
    once,
    plain,
    post,
    sending,
)
from tests.integration.delivery.receivers import (
    OK,
    Receiver,
    Script,
    Talk,
    answers,
)
from tests.support.patience import PATIENCE


async def drip_the_body(talk: Talk) -> None:
    await talk.request()
    await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nfirst")
    while not await talk.gone(seconds=0.03):
        await talk.send(b"x")


async def reset_in_the_body(talk: Talk) -> None:
    await talk.request()
    await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nfirst")
    await talk.gone(seconds=0.05)
    talk.reset()


async def end_in_the_body(talk: Talk) -> None:
    await talk.request()
    await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nfirst")


async def bad_chunk(talk: Talk) -> None:
    await talk.request()
    await talk.send(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\nzz\r\nno\r\n"
    )
    await talk.gone()


CUTS: dict[Script, str] = {
    drip_the_body: "body cut: not finished within 0.6 s",
    reset_in_the_body: "body cut: closed by the other side",
    end_in_the_body: "body cut: closed by the other side",
    bad_chunk: "body cut: malformed",
}


@pytest.mark.parametrize("script", CUTS, ids=lambda script: script.__name__)
async def test_the_status_line_decides_however_the_body_ends(script: Script) -> None:
    answer, receiver = await once(script, HASTY)

    assert (answer.status, answer.error, answer.detail) == (200, None, CUTS[script])
    assert answer.body == b"" if script is bad_chunk else answer.body.startswith(b"first")
    assert answer.latency_ms <= (900 if script is drip_the_body else 550)
    assert receiver.connections == 1


async def test_an_endless_body_is_capped() -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
        while True:
            await talk.send(b"x" * 65_536)

    async with Receiver(script) as receiver, sending() as sender:
        answer = await post(sender, plain(receiver))
        again = await post(sender, plain(receiver))

    assert (answer.status, answer.body) == (200, b"x" * 2048)
    assert answer.detail == "body cut at 65536 bytes"
    assert again.status == 200
    assert receiver.connections == 2  # the first one was not used again
    assert receiver.sent < 40_000_000  # what the kernel's buffers took


# --- keep-alive ------------------------------------------------------------------------------


async def test_a_kept_connection_that_ends_is_replaced_once_and_silently() -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(OK)
        await talk.request()
        if talk.number > 2:
            await talk.send(OK)

    async with Receiver(script) as receiver, sending() as sender:
        url = plain(receiver)
        first = await asyncio.gather(post(sender, url), post(sender, url))
        assert receiver.connections == 2  # both are in the pool, both will end at the next request
        answer = await post(sender, url)

    assert [result.status for result in first] == [200, 200]
    assert (answer.status, answer.error) == (200, None)
    assert receiver.connections == 3
    assert len(receiver.requests) == 4
    again = receiver.requests[3].replace(b"Connection: close\r\n", b"")
    assert again == receiver.requests[2]  # byte for byte


async def test_the_fresh_connection_is_not_replaced_again() -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        if talk.number == 1:
            await talk.send(OK)
            await talk.request()

    async with Receiver(script) as receiver, sending() as sender:
        assert (await post(sender, plain(receiver))).status == 200
        answer = await post(sender, plain(receiver))

    assert (answer.status, answer.error) == (None, "connection")
    assert (receiver.connections, len(receiver.requests)) == (2, 3)


async def test_a_connection_that_ended_while_nobody_used_it_is_not_used() -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(OK)

    async with Receiver(script) as receiver, sending() as sender:
        results = [await post(sender, plain(receiver)) for _ in range(3)]

    assert [(result.status, result.error) for result in results] == [(200, None)] * 3
    assert (receiver.connections, len(receiver.requests)) == (3, 3)


@pytest.mark.parametrize("said", [b"H", b"HTTP/1.1 100 Continue\r\n\r\n"])
async def test_after_one_answered_byte_nothing_is_sent_again(said: bytes) -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(OK)
        await talk.request()
        await talk.send(said)

    async with Receiver(script) as receiver, sending() as sender:
        assert (await post(sender, plain(receiver))).status == 200
        answer = await post(sender, plain(receiver))

    assert (answer.status, answer.error) == (None, "connection")
    assert (receiver.connections, len(receiver.requests)) == (1, 2)


async def test_an_answer_nobody_asked_for_spoils_its_connection() -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(OK)
        await talk.gone(seconds=0.01)
        await talk.send(b"HTT")  # not even a whole answer
        if await talk.gone():
            hung_up.set()

    hung_up = asyncio.Event()
    async with Receiver(script) as receiver, sending() as sender:
        first = await post(sender, plain(receiver))
        async with asyncio.timeout(PATIENCE):
            await hung_up.wait()
        second = await post(sender, plain(receiver))

    assert (first.status, second.status) == (200, 200)
    assert receiver.connections == 2


async def test_a_second_answer_at_once_ends_the_connection_too() -> None:
    async with Receiver(answers(OK + OK)) as receiver, sending() as sender:
        results = [await post(sender, plain(receiver)) for _ in range(2)]

    assert [(result.status, result.body) for result in results] == [(200, b"ok")] * 2
    assert receiver.connections == 2
