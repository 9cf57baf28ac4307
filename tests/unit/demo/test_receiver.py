"""The receiver, over a real socket."""

import asyncio
import json
from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import aiohttp
import pytest

from bot.clock import ManualClock
from bot.demo.receiver import Manner, Receiver
from tests.support.patience import PATIENCE
from tests.unit.demo.signed_requests import (
    BODY,
    ENVELOPE,
    HEADERS,
    SECRET,
    STANDARD_SECRET,
    VEKTOR,
    VEKTOR_HEADERS,
    signed,
    signed_vektor,
    standard_headers,
)

START = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
WHOLE = json.dumps(ENVELOPE).encode()
AT = int(START.timestamp())


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    made = Receiver(ManualClock(START))
    await made.start()
    try:
        yield made
    finally:
        await made.stop()


async def send(receiver: Receiver, *, body: bytes = WHOLE, secret: str = SECRET) -> int:
    headers = {**HEADERS, "Phantom-Signature": signed(body, secret=secret, at=AT)}
    async with (
        aiohttp.ClientSession() as session,
        session.post(receiver.url, data=body, headers=headers) as answer,
    ):
        return answer.status


async def test_without_a_secret_it_asks_to_come_again(receiver: Receiver) -> None:
    assert await send(receiver) == 503
    assert receiver.tally.invalid == 1


async def test_a_signed_request_is_accepted_once_and_kept_as_it_came(receiver: Receiver) -> None:
    receiver.learn(SECRET)
    assert await send(receiver) == 200
    assert await send(receiver) == 200
    first, second = receiver.receipts
    assert (first.accepted, first.repeated, second.repeated) == (True, False, True)
    assert first.body == WHOLE
    assert first.at == START
    assert dict(first.headers)["Phantom-Event-Type"] == "member.joined"
    assert receiver.of_delivery(str(ENVELOPE["id"]), receiver.url, [SECRET]) == [first, second]
    assert receiver.of_delivery(str(ENVELOPE["id"]), f"{receiver.url}/other", [SECRET]) == []


async def test_of_two_endpoints_with_one_address_each_has_what_it_signed(
    receiver: Receiver,
) -> None:
    receiver.learn(SECRET)
    assert await send(receiver) == 200
    assert await send(receiver, secret="whsec_second") == 401
    first, second = receiver.receipts
    about = str(ENVELOPE["id"]), receiver.url
    assert receiver.of_delivery(*about, [SECRET]) == [first]
    assert receiver.of_delivery(*about, ["whsec_older", "whsec_second"]) == [second]
    assert receiver.of_delivery(*about, []) == []


async def test_the_other_dialects_are_verified_and_deduped_by_their_own_ids(
    receiver: Receiver,
) -> None:
    for secret in (SECRET, STANDARD_SECRET):
        receiver.learn(secret)
    spelled = json.dumps(VEKTOR).encode()
    sent = (
        (spelled, {**VEKTOR_HEADERS, "X-Signature": signed_vektor(spelled)}),
        (WHOLE, standard_headers(WHOLE, at=AT)),
    )
    async with aiohttp.ClientSession() as session:
        for body, headers in (*sent, *sent):
            async with session.post(receiver.url, data=body, headers=headers) as answer:
                assert answer.status == 200
    seen = [(one.key, one.event_type, one.repeated) for one in receiver.receipts]
    ids = (VEKTOR_HEADERS["X-Idempotency-Key"], "member.join"), (ENVELOPE["id"], "member.joined")
    assert seen == [(*one, repeated) for repeated in (False, True) for one in ids]
    assert receiver.tally.verified == 4


async def test_a_wrong_signature_is_refused_and_told(receiver: Receiver) -> None:
    receiver.learn(SECRET)
    assert await send(receiver, secret="whsec_wrong") == 401
    (receipt,) = receiver.receipts
    assert not receipt.accepted
    assert receipt.fault is not None
    assert (receiver.tally.verified, receiver.tally.invalid) == (0, 1)


async def test_a_signed_body_that_breaks_a_promise_is_refused(receiver: Receiver) -> None:
    receiver.learn(SECRET)
    assert await send(receiver, body=BODY) == 422
    assert receiver.receipts[0].fault is None
    assert not receiver.receipts[0].verified


async def test_it_fails_as_often_as_it_is_told_then_recovers(receiver: Receiver) -> None:
    receiver.learn(SECRET)
    receiver.fail_next(2)
    assert [await send(receiver) for _ in range(3)] == [500, 500, 200]
    assert [receipt.repeated for receipt in receiver.receipts] == [False, False, False]
    assert receiver.tally.verified == 3


async def test_it_fails_until_it_recovers(receiver: Receiver) -> None:
    receiver.learn(SECRET)
    receiver.behave(Manner.FAILING)
    assert [await send(receiver) for _ in range(3)] == [500, 500, 500]
    receiver.behave(Manner.WELL)
    assert await send(receiver) == 200


@pytest.mark.parametrize("end", ["recover", "stop"])
async def test_a_request_that_hangs_is_ended(end: str, receiver: Receiver) -> None:
    receiver.learn(SECRET)
    receiver.behave(Manner.HANGING)
    arrived = asyncio.Event()
    receiver.watch(lambda _receipt: arrived.set())
    sending = asyncio.create_task(send(receiver))
    async with asyncio.timeout(PATIENCE):
        await arrived.wait()
        assert not sending.done()
        if end == "recover":
            receiver.behave(Manner.WELL)
        else:
            await receiver.stop()
        assert await sending == 504
    assert not receiver.receipts[0].accepted


async def test_a_second_secret_leaves_the_first_good(receiver: Receiver) -> None:
    receiver.learn(SECRET)
    receiver.learn("whsec_second")
    assert await send(receiver) == 200
    assert await send(receiver, secret="whsec_second") == 200


async def test_its_own_addresses_are_told_from_others(receiver: Receiver) -> None:
    assert receiver.is_at(receiver.url)
    assert not receiver.is_at(f"http://{receiver.host}:{receiver.port}0/hooks")
    assert not receiver.is_at("https://example.com/hooks")
