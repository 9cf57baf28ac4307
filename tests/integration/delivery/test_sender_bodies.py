"""Bodies without end, kept connections, and what is not HTTP at all."""

import asyncio
import gzip

import pytest

from bot.delivery.sender import SenderLimits
from tests.integration.delivery.receivers import (
    OK,
    Receiver,
    Script,
    Talk,
    answers,
)
from tests.integration.delivery.sending import (
    HASTY,
    once,
    plain,
    post,
    sending,
)


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


@pytest.mark.parametrize("script", [drip_the_body, reset_in_the_body, end_in_the_body, bad_chunk])
async def test_the_status_line_decides_however_the_body_ends(script: Script) -> None:
    answer, receiver = await once(script, HASTY)

    assert (answer.status, answer.error, answer.detail) == (200, None, "body cut")
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


async def test_tiny_chunks_for_ever_are_bounded() -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            await talk.send(b"1\r\nx\r\n" * 10_000)

    answer, _ = await once(script)

    assert answer.status == 500
    assert answer.detail.startswith("body cut")
    assert answer.body == b"x" * 2048


async def test_framing_for_ever_is_bounded() -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            await talk.send(b"1;" + b"e" * 4000 + b"\r\nx\r\n")

    answer, receiver = await once(script)

    assert (answer.status, answer.detail) == (200, "body cut")
    assert receiver.sent < 40_000_000


async def test_the_loop_turns_while_tiny_chunks_are_read() -> None:
    turns = 0
    going = True

    def turn() -> None:
        nonlocal turns
        turns += 1
        if going:
            asyncio.get_running_loop().call_soon(turn)

    async def script(talk: Talk) -> None:
        await talk.request()
        turn()
        await talk.send(
            b"HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 40_000
        )
        await talk.gone()

    answer, _ = await once(script, SenderLimits(read_cap=38_000))
    going = False

    assert answer.detail == "body cut at 38000 bytes"
    assert turns > 50


async def test_a_compressed_body_is_never_inflated() -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    answer, _ = await once(answers(head.encode() + bomb))

    assert answer.status == 200
    assert answer.body == bomb[:2048]


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


async def test_after_one_answered_byte_nothing_is_sent_again() -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(OK)
        await talk.request()
        await talk.send(b"H")

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
        async with asyncio.timeout(5):
            await hung_up.wait()
        second = await post(sender, plain(receiver))

    assert (first.status, second.status) == (200, 200)
    assert receiver.connections == 2


async def test_a_second_answer_at_once_ends_the_connection_too() -> None:
    async with Receiver(answers(OK + OK)) as receiver, sending() as sender:
        results = [await post(sender, plain(receiver)) for _ in range(2)]

    assert [(result.status, result.body) for result in results] == [(200, b"ok")] * 2
    assert receiver.connections == 2


# --- what is not HTTP ------------------------------------------------------------------------

GARBAGE = [
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"\x15\x03\x01\x00\x02\x02\x28",
    b"<html>hello</html>",
    b"HTTP/1.1 abc OK\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok",
    b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 10_000 + b"\r\n",
    b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"a" * 8000 + b"\r\n") * 20 + b"\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000 + OK,
    b"HTTP/1.1 103 Early Hints\r\n\r\n" * 8 + OK,
]


@pytest.mark.parametrize("garbage", GARBAGE, ids=range(len(GARBAGE)))
async def test_garbage_is_a_protocol_error(garbage: bytes) -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(garbage)
        await talk.gone()

    answer, receiver = await once(script, SenderLimits(connect=2, total=4))

    assert (answer.status, answer.error) == (None, "protocol")
    assert answer.detail.startswith("status:")
    assert answer.latency_ms < 3500
    assert receiver.connections == 1


async def test_a_few_informational_heads_are_read_over() -> None:
    answer, _ = await once(answers(b"HTTP/1.1 100 Continue\r\n\r\n" * 7 + OK))

    assert (answer.status, answer.body) == (200, b"ok")


@pytest.mark.parametrize("status", [101, 600, 999])
async def test_a_status_that_is_none_is_recorded_as_such(status: int) -> None:
    response = f"HTTP/1.1 {status} Odd\r\nContent-Length: 0\r\n\r\n".encode()
    async with Receiver(answers(response)) as receiver, sending() as sender:
        results = [await post(sender, plain(receiver)) for _ in range(2)]

    assert [(result.status, result.error) for result in results] == [(status, "protocol")] * 2
    assert receiver.connections == 2
