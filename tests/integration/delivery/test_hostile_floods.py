"""Answers without end: cut at a bound, in memory that stays flat, on a loop that keeps turning."""

import asyncio
import gzip
import zlib

import pytest

from bot.dialects.base import Answer
from tests.integration.delivery.floods import Flood, Turns, memory
from tests.integration.delivery.local_sender import once, plain, post, sending
from tests.integration.delivery.receivers import Receiver, Talk, answers

CROWD = 8
FLAT = 6_000_000  # bytes for eight answers at once, their sockets' buffers included
KEPT = 400_000  # bytes afterwards: sessions, answers, nothing that grows with a body
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"

TINY = b"1\r\nx\r\n" * 40_000

BODIES = {
    "10 GB": (b"Content-Length: 10000000000\r\n\r\n", b"x" * 65_536),
    "until closed": (b"\r\n", b"x" * 65_536),
    "large chunks": (CHUNKED, b"10000\r\n" + b"x" * 65_536 + b"\r\n"),
    "small chunks": (CHUNKED, (b"40\r\n" + b"x" * 64 + b"\r\n") * 1000),
    "one chunk": (CHUNKED + b"fffffffffffffff\r\n", b"x" * 65_536),
    "extensions": (CHUNKED, b"1;" + b"e" * 4000 + b"\r\nx\r\n"),
    "an extension": (CHUNKED + b"1;", b"e" * 65_536),
    "trailers": (CHUNKED + b"0\r\n", b"X: y\r\n" * 1000),
}
HEADS = {
    "a header": (b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65_536),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 10_000),
    "a reason": (b"HTTP/1.1 200 ", b"x" * 65_536),
    "1xx": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 2_000),
    "1xx with headers": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 1_000),
    "garbage": (b"", b"x" * 65_536),
    "zeros": (b"", b"\x00" * 65_536),
    "lines": (b"", b"\r\n" * 30_000),
}


async def crowd(flood: Flood) -> list[Answer]:
    """Eight attempts at once."""
    async with sending() as sender:
        return await asyncio.gather(*(post(sender, flood.url) for _ in range(CROWD)))


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize(("head", "piece"), BODIES.values(), ids=BODIES)
@pytest.mark.thorough("each is seconds of flood, and one status shows it", but="10 GB-200")
async def test_an_endless_body_is_cut_and_memory_stays_flat(
    status: int, head: bytes, piece: bytes
) -> None:
    start = f"HTTP/1.1 {status} X\r\n".encode()
    with Flood(start + head, piece) as flood, memory() as used:
        results = await crowd(flood)

    assert [answer.status for answer in results] == [status] * CROWD
    assert all(answer.detail.startswith("body cut") for answer in results)
    assert all(len(answer.body) <= 2048 for answer in results)
    assert max(answer.latency_ms for answer in results) < 9_000  # not by the deadline
    assert flood.hung_up.is_set()
    assert flood.connections == CROWD
    assert used.peak < FLAT
    assert used.kept < KEPT


@pytest.mark.parametrize(("head", "piece"), HEADS.values(), ids=HEADS)
@pytest.mark.thorough("each is seconds of flood", but="headers")
async def test_an_endless_head_is_given_up_and_memory_stays_flat(head: bytes, piece: bytes) -> None:
    with Flood(head, piece) as flood, memory() as used:
        results = await crowd(flood)

    assert [(answer.status, answer.error) for answer in results] == [(None, "protocol")] * CROWD
    assert max(answer.latency_ms for answer in results) < 9_000
    assert flood.hung_up.is_set()
    assert flood.connections == CROWD
    assert used.peak < FLAT
    assert used.kept < KEPT


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        (b"HTTP/1.1 500 No\r\n" + CHUNKED, TINY),
        (b"HTTP/1.1 200 OK\r\n" + CHUNKED + b"0\r\n", BODIES["trailers"][1]),
        HEADS["1xx"],
        HEADS["headers"],
        HEADS["lines"],
    ],
    ids=["tiny chunks", "trailers", "1xx", "headers", "lines"],
)
@pytest.mark.thorough("a flood of each kind")
async def test_the_loop_keeps_turning_under_a_flood(head: bytes, piece: bytes) -> None:
    with Flood(head, piece) as flood, Turns() as turns:
        await crowd(flood)

    # What the heartbeat of the gateway may have to wait for; 1 to 8 ms were measured.
    assert turns.longest < 0.05, f"{turns.longest * 1000:.0f} ms in one turn"
    assert len(turns.seconds) > CROWD


async def test_tiny_chunks_are_parsed_a_few_at_a_time() -> None:
    taken: list[int] = []
    head = b"HTTP/1.1 200 OK\r\n" + CHUNKED
    with Flood(head, TINY) as flood, Turns() as turns:
        async with sending() as sender:
            answer = await post(sender, flood.url)
            taken.append(len(turns.seconds))

    assert answer.detail == "body cut at 65536 bytes"
    assert taken[0] > 65_536 * 6 / 4096 / 2  # at least every other slice ends a turn


BOMB = gzip.compress(b"\x00" * 50_000_000)
ENCODINGS = {
    "gzip": BOMB,
    "GZIP": BOMB,
    "x-gzip": BOMB,
    "deflate": zlib.compress(b"\x00" * 50_000_000),
    "br": b"\x0b\x02\x80" + b"\xff" * 60_000,
    "zstd": b"\x28\xb5\x2f\xfd\x04\x00" + b"\xff" * 60_000,
    "gzip, gzip": gzip.compress(BOMB),
    "gzip, br": BOMB,
    "identity, gzip": BOMB,
    "compress": b"\x1f\x9d\x90" + b"\xff" * 60_000,
    "nonsense": b"\x00\x01\x02" * 20_000,
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.thorough("one encoding is like the other to what never decodes", but="gzip")
async def test_an_encoded_body_is_kept_raw_and_never_inflated(encoding: str) -> None:
    body = ENCODINGS[encoding]
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n"
    async with Receiver(answers(head.encode() + body)) as receiver, sending() as sender:
        with memory() as used:
            answer = await post(sender, plain(receiver))

    assert (answer.status, answer.error) == (200, None)
    assert answer.body == body[:2048]
    assert used.peak < 2_000_000
    assert b"\r\naccept-encoding: identity\r\n" in receiver.requests[0].lower()


async def test_two_headers_of_encodings_are_kept_raw_too() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Encoding: br\r\n"
    answer, _ = await once(answers(head + b"Content-Length: %d\r\n\r\n" % len(BOMB) + BOMB))

    assert (answer.status, answer.body) == (200, BOMB[:2048])


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"gzip", b"chunked, chunked", b"br, chunked"])
@pytest.mark.thorough("one coding is like the other to what never decodes", but="gzip, chunked")
async def test_a_coding_of_the_transfer_is_not_undone_either(coding: bytes) -> None:
    chunk = b"%x\r\n" % len(BOMB) + BOMB + b"\r\n0\r\n\r\n"
    head = b"HTTP/1.1 500 No\r\nTransfer-Encoding: " + coding + b"\r\nConnection: close\r\n\r\n"

    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(head + chunk)

    with memory() as used:
        answer, _ = await once(script)

    assert answer.status == 500 or (answer.status, answer.error) == (None, "protocol")
    assert answer.body[:2] in (b"", BOMB[:2], chunk[:2])
    assert used.peak < 2_000_000
