"""What is dialled is what was checked; nothing else gets a byte."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.delivery.guard import Guard, GuardedUrl, GuardPolicy
from tests.integration.delivery.receivers import (
    OK,
    Receiver,
    Talk,
    answers,
)
from tests.integration.delivery.sending import (
    HASTY,
    HOST,
    at_home,
    plain,
    post,
    sending,
)


async def test_the_name_is_dialled_at_the_address_that_was_checked() -> None:
    asked: list[str] = []

    async def resolve(name: str) -> Sequence[str]:
        asked.append(name)
        return ["127.0.0.1"]

    guard = Guard(GuardPolicy().allowing(HOST), resolve)
    async with Receiver(answers(OK)) as receiver, sending(guard) as sender:
        answer = await post(sender, guard.parse(f"http://{HOST}:{receiver.port}/"))

    assert answer.status == 200
    assert asked == [HOST]


async def test_a_resolver_that_lies_by_turn_gets_no_connection() -> None:
    turns = iter([["93.184.215.14"], ["127.0.0.1"]])

    async def resolve(name: str) -> Sequence[str]:
        return next(turns)

    guard = Guard(GuardPolicy(), resolve)
    async with Receiver(answers(OK)) as receiver, sending(guard) as sender:
        url = await guard.check(f"https://{HOST}:{receiver.port}/")
        answer = await post(sender, url)

    assert (answer.status, answer.error) == (None, "blocked_address")
    assert answer.detail == "blocked: private address"
    assert receiver.connections == 0


async def test_one_private_address_among_public_ones_blocks_the_name() -> None:
    async def resolve(name: str) -> Sequence[str]:
        return ["93.184.215.14", "127.0.0.1"]

    guard = Guard(GuardPolicy(), resolve)
    async with Receiver(answers(OK)) as receiver, sending(guard) as sender:
        answer = await post(sender, guard.parse(f"https://{HOST}:{receiver.port}/"))

    assert answer.error == "blocked_address"
    assert receiver.connections == 0


async def test_a_name_without_an_address_is_unreachable() -> None:
    async def resolve(name: str) -> Sequence[str]:
        raise OSError("no such name")

    guard = Guard(GuardPolicy(), resolve)
    async with sending(guard) as sender:
        answer = await post(sender, guard.parse(f"https://{HOST}/"))

    assert (answer.status, answer.error) == (None, "dns")
    assert answer.detail == "connect: the name has no usable address"
    assert not answer.connected


async def test_a_slow_name_service_ends_at_the_connect_deadline() -> None:
    async def resolve(name: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    guard = Guard(GuardPolicy(), resolve)
    async with sending(guard, HASTY) as sender:
        answer = await post(sender, guard.parse(f"https://{HOST}/"))

    assert (answer.error, answer.detail) == ("timeout", "connect: no connection within 0.3 s")
    assert answer.latency_ms < 600


async def test_a_literal_is_judged_again_before_every_request() -> None:
    async with Receiver(answers(OK)) as receiver:
        url = plain(receiver)
        async with sending(Guard(GuardPolicy(), at_home)) as sender:
            answer = await post(sender, url)

    assert answer.error == "blocked_address"
    assert receiver.connections == 0


async def test_a_peer_that_was_not_checked_gets_no_byte() -> None:
    async def script(talk: Talk) -> None:
        await talk.gone()

    async with Receiver(script) as receiver:
        # Told that this is a name, the sender leaves the check to the resolver, which aiohttp
        # does not ask: only the look at the connected peer is left.
        text = f"http://127.0.0.1:{receiver.port}/"
        url = GuardedUrl(text, "http", "127.0.0.1", receiver.port, is_literal=False)
        async with sending(Guard(GuardPolicy(), at_home)) as sender:
            answer = await post(sender, url)

    assert answer.error == "blocked_address"
    assert (receiver.connections, receiver.stray) == (1, b"")


async def test_a_proxy_from_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Receiver(answers(OK)) as proxy, Receiver(answers(OK)) as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        async with sending() as sender:
            answer = await post(sender, plain(receiver))

    assert answer.status == 200
    assert (proxy.connections, receiver.connections) == (0, 1)


async def test_cancelling_an_attempt_cancels_it() -> None:
    arrived = asyncio.Event()

    async def script(talk: Talk) -> None:
        await talk.request()
        arrived.set()
        await talk.gone()

    async with Receiver(script) as receiver, sending() as sender:
        attempt = asyncio.create_task(post(sender, plain(receiver)))
        async with asyncio.timeout(5):
            await arrived.wait()
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
