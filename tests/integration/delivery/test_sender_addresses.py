"""What is dialled is what was checked; nothing else gets a byte."""

import asyncio
import socket
from collections.abc import Sequence
from ipaddress import ip_network
from pathlib import Path

import pytest

from bot.delivery.guard import Guard, GuardedUrl, GuardPolicy
from bot.dialects.base import Judgement, Reach
from bot.dialects.phantom import Phantom
from tests.integration.delivery.local_sender import (
    HASTY,
    HOST,
    at_home,
    plain,
    post,
    sending,
)
from tests.integration.delivery.receivers import (
    OK,
    Authority,
    Receiver,
    Talk,
    answers,
)
from tests.support.patience import PATIENCE


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder: Path = tmp_path_factory.mktemp("certificates")
    return Authority(folder)


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


class Lying:
    """A name service that gives the next answer each time, and remembers that it was asked."""

    def __init__(self, *turns: list[str]) -> None:
        self.asked: list[str] = []
        self._turns = turns

    async def __call__(self, name: str) -> Sequence[str]:
        self.asked.append(name)
        return self._turns[min(len(self.asked), len(self._turns)) - 1]


# Only 127.0.0.1 counts as public here, so that a lie may point at a socket that would answer.
ONLY_ONE = GuardPolicy(allow_networks=(ip_network("127.0.0.1/32"),))


async def test_the_address_that_was_checked_is_dialled_and_no_later_one(
    authority: Authority,
) -> None:
    names = Lying(["127.0.0.1"], ["127.0.0.2"])
    guard = Guard(ONLY_ONE, names)
    server = authority.server(HOST)
    async with (
        Receiver(answers(OK), tls=server) as honest,
        Receiver(answers(OK), tls=server, host="127.0.0.2", port=honest.port) as hidden,
        sending(guard, ssl=authority.client()) as sender,
    ):
        url = guard.parse(f"https://{HOST}:{honest.port}/")
        first = await post(sender, url)
        kept = await post(sender, url)
        assert names.asked == [f"{HOST}."]  # once, absolute, and never between check and connect
        checked = guard.parse(f"https://{HOST}:{hidden.port}/")

    async with sending(guard, ssl=authority.client()) as later:
        answer = await post(later, checked)

    assert (first.status, kept.status) == (200, 200)
    assert (answer.error, answer.detail) == ("blocked_address", "blocked: private address")
    assert (honest.connections, hidden.connections) == (1, 0)


async def test_a_kept_connection_that_broke_is_replaced_only_at_a_checked_address(
    authority: Authority,
) -> None:
    async def script(talk: Talk) -> None:
        await talk.request()
        await talk.send(OK)
        await talk.request()

    guard = Guard(ONLY_ONE, Lying(["127.0.0.1"], ["127.0.0.2"]))
    server = authority.server(HOST)
    async with (
        Receiver(script, tls=server) as honest,
        Receiver(answers(OK), tls=server, host="127.0.0.2", port=honest.port) as hidden,
        sending(guard, ssl=authority.client()) as sender,
    ):
        url = guard.parse(f"https://{HOST}:{honest.port}/")
        results = [await post(sender, url) for _ in range(2)]

    assert [result.error for result in results] == [None, "blocked_address"]
    assert (honest.connections, hidden.connections) == (1, 0)


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.2"],  # as a CNAME to localhost ends
        ["::1"],
        ["127.0.0.1", "10.0.0.1"],
        ["10.0.0.1", "127.0.0.1"],
        ["127.0.0.1", "::ffff:127.0.0.1"],
        ["127.0.0.1", "64:ff9b::a00:1"],
        ["127.0.0.1", "fe80::1%eth0"],
        ["127.0.0.1", "169.254.169.254"],
        ["127.0.0.1"] + ["10.0.0.1"] * 1000,
    ],
    ids=str,
)
async def test_one_address_that_may_not_be_dialled_blocks_the_name(found: list[str]) -> None:
    guard = Guard(ONLY_ONE, Lying(found))
    async with Receiver(answers(OK)) as receiver, sending(guard) as sender:
        answer = await post(sender, guard.parse(f"https://{HOST}:{receiver.port}/"))

    assert (answer.status, answer.error) == (None, "blocked_address")
    assert answer.detail == "blocked: private address"
    assert receiver.connections == 0


async def test_an_answer_of_a_thousand_addresses_is_nobodys_receiver() -> None:
    crowd = [f"127.0.{n // 250}.{n % 250}" for n in range(1000)]
    policy = GuardPolicy(allow_networks=(ip_network("127.0.0.0/8"),))
    guard = Guard(policy, Lying(crowd))
    async with sending(guard) as sender:
        answer = await post(sender, guard.parse(f"https://{HOST}/"))

    assert (answer.error, answer.detail) == ("dns", "unreachable: the name has no usable address")


FAILURES = [
    OSError("no such name"),
    socket.gaierror(socket.EAI_NONAME, "Name or service not known"),  # NXDOMAIN
    socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),  # SERVFAIL
    socket.gaierror(socket.EAI_FAIL, "Non-recoverable failure in name resolution"),
    TimeoutError(),
    UnicodeError("label too long"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
async def test_a_name_without_an_address_is_unreachable_and_tried_again(
    failure: Exception,
) -> None:
    async def resolve(name: str) -> Sequence[str]:
        raise failure

    guard = Guard(GuardPolicy(), resolve)
    async with sending(guard) as sender:
        answer = await post(sender, guard.parse(f"https://{HOST}/"))

    assert (answer.status, answer.error) == (None, "dns")
    assert answer.detail == "unreachable: the name has no usable address"
    assert answer.reach is Reach.NOWHERE
    assert Phantom("x").judge(answer) is Judgement.RETRY


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
        async with asyncio.timeout(PATIENCE):
            await arrived.wait()
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await attempt
