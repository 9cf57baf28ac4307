"""What is not HTTP, or only almost: never taken for an answer, its connection never used again."""

import pytest

from bot.delivery.failures import Deadlines
from bot.dialects.base import Answer, Judgement
from bot.dialects.phantom import Phantom
from tests.integration.delivery.local_sender import plain, post, sending
from tests.integration.delivery.receivers import OK, Receiver, Script, Talk, answers

BRIEF = Deadlines(connect=2, total=4)


def saying(garbage: bytes) -> Script:
    """Answer every request with that, and stay."""

    async def script(talk: Talk) -> None:
        while True:
            await talk.request()
            await talk.send(garbage)

    return script


async def twice(garbage: bytes) -> tuple[list[Answer], Receiver]:
    """Two attempts, one after the other."""
    async with Receiver(saying(garbage)) as receiver, sending(limits=BRIEF) as sender:
        return [await post(sender, plain(receiver)) for _ in range(2)], receiver


NO_ANSWER = {
    "ssh": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a TLS alert": b"\x15\x03\x01\x00\x02\x02\x28",
    "a TLS record": b"\x16\x03\x03\x00\x7a\x02\x00\x00\x76\x03\x03" + b"\x00" * 100,
    "http/0.9": b"<html>hello</html>",
    "http/2": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80",
    "smtp": b"220 mail.example.com ESMTP\r\n",
    "a request": b"POST / HTTP/1.1\r\nHost: x\r\n\r\n",
    "no number": b"HTTP/1.1 abc OK\r\n\r\n",
    "two digits": b"HTTP/1.1 20 OK\r\n\r\n",
    "four digits": b"HTTP/1.1 2000 OK\r\n\r\n",
    "a sign": b"HTTP/1.1 +20 OK\r\n\r\n",
    "version 9": b"HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nok",
    "twice one length": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok",
    "a list of lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok",
    "a negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nok",
    "a length in hex": b"HTTP/1.1 200 OK\r\nContent-Length: 0x2\r\n\r\nok",
    "a huge length": b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 40 + b"\r\n\r\nok",
    "length and chunks": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "NUL in a header": b"HTTP/1.1 200 OK\r\nX: a\x00b\r\nContent-Length: 2\r\n\r\nok",
    "a bare CR in a header": b"HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\nok",
    "a line of 1 MB": b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "a reason of 1 MB": b"HTTP/1.1 200 " + b"a" * 1_000_000 + b"\r\n\r\n",
    "10 000 headers": b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 10_000 + b"\r\n",
    "160 kB of headers": b"HTTP/1.1 200 OK\r\n" + (b"X: " + b"a" * 8000 + b"\r\n") * 20 + b"\r\n",
    "an empty line before it": b"\r\n" + OK,
    "an empty line after 1xx": b"HTTP/1.1 100 Continue\r\n\r\n\n" + OK,
    "1xx for ever": b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000 + OK,
    "eight 1xx": b"HTTP/1.1 103 Early Hints\r\n\r\n" * 8 + OK,
}


@pytest.mark.parametrize("garbage", NO_ANSWER.values(), ids=NO_ANSWER)
async def test_garbage_is_a_protocol_error(garbage: bytes) -> None:
    results, receiver = await twice(garbage)

    for answer in results:
        assert (answer.status, answer.error) == (None, "protocol")
        assert answer.detail.startswith("status: ")
        assert "400" not in answer.detail  # which is what the parser calls it
        assert answer.latency_ms < 3500
        assert Phantom("x").judge(answer) is Judgement.RETRY
    assert receiver.connections == 2


@pytest.mark.parametrize("status", ["000", "001", "101", "600", "999"])
async def test_a_status_that_is_none_is_recorded_as_such(status: str) -> None:
    response = f"HTTP/1.1 {status} Odd\r\nContent-Length: 0\r\n\r\n".encode()
    results, receiver = await twice(response)

    for answer in results:
        assert (answer.status, answer.error) == (int(status), "protocol")
        assert answer.detail == f"status: {int(status)} is not the status of an answer"
        assert Phantom("x").judge(answer) is Judgement.FAILED
    assert receiver.connections == 2


async def test_a_changed_protocol_gets_nothing_more_and_is_not_listened_to() -> None:
    switched = b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n"
    results, receiver = await twice(switched + b"noise" * 1000)

    assert [(answer.status, answer.error) for answer in results] == [(101, "protocol")] * 2
    assert (receiver.connections, receiver.stray) == (2, b"")


async def test_a_few_informational_heads_are_read_over() -> None:
    results, receiver = await twice(b"HTTP/1.1 100 Continue\r\n\r\n" * 7 + OK)

    assert [(answer.status, answer.body) for answer in results] == [(200, b"ok")] * 2
    assert receiver.connections == 1


async def test_an_answer_may_come_byte_by_byte() -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        for byte in b"HTTP/1.1 103 Early Hints\r\n\r\n" + OK:
            await talk.send(bytes([byte]))
            await talk.gone(seconds=0.001)
        await talk.gone()

    async with Receiver(script) as receiver, sending(limits=BRIEF) as sender:
        answer = await post(sender, plain(receiver))

    assert (answer.status, answer.error, answer.body) == (200, None, b"ok")


async def test_an_answer_of_http_1_0_counts_and_ends_its_connection() -> None:
    results, receiver = await twice(b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")

    assert [(answer.status, answer.body) for answer in results] == [(200, b"ok")] * 2
    assert receiver.connections == 2


BAD_CHUNKS = {
    "no number": b"zz\r\nno\r\n",
    "a negative one": b"-1\r\nx\r\n",
    "too large": b"f" * 17 + b"\r\nx\r\n",
    "shorter than its chunk": b"2\r\nlonger\r\n0\r\n\r\n",
    "with 0x": b"0x2\r\nno\r\n",
}


@pytest.mark.parametrize("apart", [True, False], ids=["later", "with the head"])
@pytest.mark.parametrize("chunk", BAD_CHUNKS.values(), ids=BAD_CHUNKS)
@pytest.mark.parametrize("status", [200, 500, 404])
async def test_a_bad_chunk_size_spoils_all_but_a_success(
    status: int, chunk: bytes, apart: bool
) -> None:
    head = f"HTTP/1.1 {status} X\r\nTransfer-Encoding: chunked\r\n\r\n".encode()

    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(head + b"5\r\nfirst\r\n" + (b"" if apart else chunk))
        if apart:
            await talk.gone(seconds=0.02)
            await talk.send(chunk)
        await talk.gone()

    async with Receiver(script) as receiver, sending(limits=BRIEF) as sender:
        results = [await post(sender, plain(receiver)) for _ in range(2)]

    for answer in results:
        assert answer.status == status
        # The status line of a success decides, whatever the body does.
        assert answer.error == (None if status == 200 else "protocol")
        assert answer.detail == "body cut: malformed"
        assert answer.latency_ms < 3500
    assert receiver.connections == 2


ODD_HEADS = {
    "a reason": b"HTTP/1.1 200 \xff\xfe\x80\r\nContent-Length: 2\r\n\r\nok",
    "a value": b"HTTP/1.1 200 OK\r\nX: \xff\xc3\x28\r\nContent-Length: 2\r\n\r\nok",
    "a length of time": b"HTTP/1.1 200 OK\r\nRetry-After: \xff\r\nContent-Length: 2\r\n\r\nok",
    "a type": b"HTTP/1.1 200 OK\r\nContent-Type: \xff\r\nContent-Length: 2\r\n\r\nok",
    "a cookie": b"HTTP/1.1 200 OK\r\nSet-Cookie: \xff=\xff\r\nContent-Length: 2\r\n\r\nok",
}


@pytest.mark.parametrize("head", ODD_HEADS.values(), ids=ODD_HEADS)
@pytest.mark.parametrize("status", [200, 503])
async def test_headers_that_are_not_utf8_do_no_harm(head: bytes, status: int) -> None:
    async with (
        Receiver(answers(head.replace(b"200", b"%d" % status))) as receiver,
        sending(limits=BRIEF) as sender,
    ):
        answer = await post(sender, plain(receiver))

    assert (answer.status, answer.error, answer.detail) == (status, None, "")
    assert (answer.body, answer.retry_after) == (b"ok", None)


async def test_a_name_that_is_not_utf8_is_no_header() -> None:
    results, _ = await twice(b"HTTP/1.1 200 OK\r\n\xff: x\r\nContent-Length: 2\r\n\r\nok")

    assert [(answer.status, answer.error) for answer in results] == [(None, "protocol")] * 2


LONG_HEADS = {
    "one line of 9 kB": b"X: " + b"a" * 9_000 + b"\r\n",
    "one line of 60 kB": b"X: " + b"a" * 60_000 + b"\r\n",
    "140 lines": b"X-Trace: abc\r\n" * 140,
    "1 500 lines": b"X: a\r\n" * 1_500,
    "60 kB of cookies": (b"Set-Cookie: a=" + b"b" * 3_000 + b"\r\n") * 20,
}


@pytest.mark.parametrize("lines", LONG_HEADS.values(), ids=LONG_HEADS)
async def test_a_long_head_is_an_answers_all_the_same(lines: bytes) -> None:
    results, receiver = await twice(b"HTTP/1.1 200 OK\r\n" + lines + b"Content-Length: 2\r\n\r\nok")

    assert [(one.status, one.error, one.body) for one in results] == [(200, None, b"ok")] * 2
    assert receiver.connections == 1


async def test_a_long_reason_is_an_answers_all_the_same() -> None:
    results, _ = await twice(b"HTTP/1.1 200 " + b"a" * 20_000 + b"\r\nContent-Length: 0\r\n\r\n")

    assert [(one.status, one.error) for one in results] == [(200, None)] * 2
