"""What a receiver answers is kept as it came, on both engines; what it calls waits for nothing."""

import asyncio

import pytest
from aiohttp import web

from bot.clock import ManualClock
from bot.outbox.tables import DeliveryState, attempt, delivery
from tests.conftest import OpenEmitter
from tests.integration.delivery.receivers import Receiver as Raw
from tests.integration.delivery.receivers import answers
from tests.integration.endpoints.endpoints_env import ADMIN, deliveries_of, endpoints_of
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver
from tests.support.rows import rows

HOSTILE = [
    b"\x1b[2J\x1b]0;owned\x07\x9b31m",
    b"@everyone @here <@1> <@&2> <#3> discord.gg/abc https://discord.gg/abc",
    b"```\n**a** __b__ ~~c~~ ||d|| [e](https://example.com)",
    b"\x00\x00NUL\x00",
    b"\xff\xfe\x80\xc3\x28\xed\xa0\x80",
    "\u202eevil\u2066\u200b\ufeff\ud7ff\U0010ffff".encode(),
    bytes(range(256)),
    b"'; DROP TABLE attempt; --",
]


@pytest.mark.parametrize("status", [200, 404])
async def test_hostile_bodies_are_stored_byte_for_byte(
    emitter: OpenEmitter, clock: ManualClock, status: int
) -> None:
    running = await emitter(jitter=0)
    head = f"HTTP/1.1 {status} \xff\x1b[31m\r\nX-A: \xff\r\n".encode("latin-1")
    responses = [head + b"Content-Length: %d\r\n\r\n" % len(body) + body for body in HOSTILE]
    async with Raw(answers(*responses)) as receiver:
        await add_endpoint(running, f"http://127.0.0.1:{receiver.port}/")
        for number in range(len(HOSTILE)):
            await running.outbox.record(joined(clock, number))
            await quiet(running)
            clock.advance(301)  # in the order of the bodies, however often it fails
            await quiet(running)

    made = await rows(running.database, attempt)
    assert [bytes(row["answer"]) for row in made] == HOSTILE
    assert [row["status"] for row in made] == [status] * len(HOSTILE)
    endpoint_id = (await rows(running.database))[0]["endpoint_id"]
    for row, body in zip(made, HOSTILE, strict=True):
        shown = await deliveries_of(running).look(ADMIN.guild_id, endpoint_id, row["delivery_id"])
        assert shown.attempts[0].answer == body


async def test_hostile_words_of_a_redirect_are_stored_harmless(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    head = b"HTTP/1.1 302 \xff\r\nLocation: http://@everyone`\x1bc\xff\xc3/\r\n"
    async with Raw(answers(head + b"Content-Length: 0\r\n\r\n")) as receiver:
        await add_endpoint(running, f"http://127.0.0.1:{receiver.port}/")
        await running.outbox.record(joined(clock))
        await quiet(running)

    (made,) = await rows(running.database, attempt)
    assert made["status"] == 302
    assert made["detail"].startswith("redirect to ")
    assert made["detail"].isascii()
    assert made["detail"].isprintable()


async def test_a_receiver_may_call_us_from_inside_its_handler(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    called = False

    async def call_back(receiver: Receiver, request: web.Request) -> web.StreamResponse:
        """All that our own web face could do: read, write, and emit another event."""
        nonlocal called
        if not called:
            called = True
            service = endpoints_of(running)
            async with asyncio.timeout(PATIENCE):
                async with running.database.transaction() as tx:
                    await running.outbox.emit(tx, joined(clock, 2))
                await running.outbox.record(joined(clock, 3))
                await service.pause(ADMIN, "backend")
                await service.resume(ADMIN, "backend")
                assert len(await service.list(ADMIN.guild_id)) == 1
        return web.Response()

    receiver.behave = call_back
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    await running.outbox.record(joined(clock, 1))
    await receiver.has(5)  # two of them for the audit
    await quiet(running)

    assert called
    states = [row["state"] for row in await rows(running.database, delivery)]
    assert states == [DeliveryState.DELIVERED] * 5
    assert len(receiver.ids()) == len(set(receiver.ids())) == 5
