"""Deliveries through a proxy: the guard still judges, and TLS is with the receiver, by its name."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from aiohttp import encode_basic_auth
from yarl import URL

from bot.commands.event_loop import fastest_loop
from bot.delivery.egress import Proxy
from bot.delivery.guard import Guard, GuardPolicy
from bot.dialects.base import Reach
from tests.integration.delivery.local_sender import HOST, at_home, plain, post, secure, sending
from tests.integration.delivery.proxies import asked, forwarding, way
from tests.integration.delivery.receivers import OK, Authority, Receiver, answers

SECRET = "quiet-otter-7"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder: Path = tmp_path_factory.mktemp("certificates")
    return Authority(folder)


async def test_the_proxy_is_asked_for_the_checked_address_and_tls_is_by_the_name(
    authority: Authority,
) -> None:
    async with (
        Receiver(answers(OK), tls=authority.server(HOST)) as receiver,
        Receiver(forwarding()) as proxy,
        sending(ssl=authority.client(), proxy=way(proxy)) as sender,
    ):
        results = [await post(sender, secure(receiver)) for _ in range(2)]

    assert [(one.status, one.body, one.reach) for one in results] == [(200, b"ok", "trusted")] * 2
    # Once for both: the connection is kept. Whatever is asked is an address, not a name.
    assert asked(proxy) == [f"CONNECT 127.0.0.1:{receiver.port} HTTP/1.1"]
    assert HOST.encode() not in proxy.requests[0]
    assert [f"Host: {HOST}:{receiver.port}".encode() in one for one in receiver.requests] == [
        True
    ] * 2
    assert receiver.connections == 1


@pytest.mark.parametrize("loop", [None, fastest_loop()], ids=["asyncio", "uvloop"])
def test_a_proxy_that_speaks_tls_itself(
    authority: Authority, loop: Callable[[], asyncio.AbstractEventLoop] | None
) -> None:
    async def walk() -> None:
        async with (
            Receiver(answers(OK), tls=authority.server(HOST)) as receiver,
            Receiver(forwarding(), tls=authority.server("127.0.0.1")) as proxy,
            sending(ssl=authority.client(), proxy=way(proxy, scheme="https")) as sender,
        ):
            answer = await post(sender, secure(receiver))

        assert (answer.status, answer.detail) == (200, "")
        assert asked(proxy) == [f"CONNECT 127.0.0.1:{receiver.port} HTTP/1.1"]

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(walk())


async def test_credentials_reach_the_proxy_and_nobody_else(authority: Authority) -> None:
    token = encode_basic_auth("herald", "quiet-otter-7")
    async with (
        Receiver(answers(OK), tls=authority.server(HOST)) as receiver,
        Receiver(forwarding()) as proxy,
        sending(ssl=authority.client(), proxy=way(proxy, authorization=token)) as sender,
    ):
        answer = await post(sender, secure(receiver))

    assert answer.status == 200
    assert f"Proxy-Authorization: {token}".encode() in proxy.requests[0]
    assert b"uthorization" not in receiver.requests[0]
    assert token not in repr(way(proxy, authorization=token))


async def test_plain_http_never_goes_through_it() -> None:
    async with (
        Receiver(answers(OK)) as receiver,
        Receiver(forwarding()) as proxy,
        sending(proxy=way(proxy)) as sender,
    ):
        answer = await post(sender, plain(receiver))

    assert (answer.status, receiver.connections, proxy.connections) == (200, 1, 0)


@pytest.mark.parametrize("found", [["10.0.0.1"], ["127.0.0.1", "169.254.169.254"]], ids=str)
async def test_the_guard_judges_before_the_proxy_hears_of_it(found: list[str]) -> None:
    async def resolve(name: str) -> Sequence[str]:
        return found

    guard = Guard(GuardPolicy(allow_networks=(ip_network("127.0.0.1/32"),)), resolve)
    async with Receiver(forwarding()) as proxy, sending(guard, proxy=way(proxy)) as sender:
        named = await post(sender, guard.parse(f"https://{HOST}/hook"))
        literal = await post(sender, Guard(LOOSE, at_home).parse("https://10.0.0.1/hook"))

    assert [one.error for one in (named, literal)] == ["blocked_address"] * 2
    assert proxy.connections == 0


LOOSE = GuardPolicy(allow_networks=(ip_network("10.0.0.0/8"),))


async def test_the_proxys_own_name_is_no_way_around_the_guard() -> None:
    """Its address is trusted as a proxy, and as nothing else."""
    guard = Guard(GuardPolicy(), at_home)
    async with Receiver(forwarding()) as proxy, sending(guard, proxy=way(proxy)) as sender:
        answer = await post(sender, guard.parse(f"https://proxy.example.com:{proxy.port}/"))

    assert (answer.error, proxy.connections) == ("blocked_address", 0)


async def test_where_one_address_leads_nowhere_the_next_is_asked_for(authority: Authority) -> None:
    async def resolve(name: str) -> Sequence[str]:
        return ["127.0.0.9", "127.0.0.1"]

    policy = GuardPolicy(allow_networks=(ip_network("127.0.0.0/8"),))
    async with (
        Receiver(answers(OK), tls=authority.server(HOST)) as receiver,
        Receiver(forwarding(but_for="127.0.0.9")) as proxy,
        sending(Guard(policy, resolve), ssl=authority.client(), proxy=way(proxy)) as sender,
    ):
        answer = await post(sender, secure(receiver))

    assert answer.status == 200
    assert [one.split(":")[0] for one in asked(proxy)] == [
        "CONNECT 127.0.0.9",
        "CONNECT 127.0.0.1",
    ]


async def test_a_proxy_at_home_needs_no_leave_of_the_guards(authority: Authority) -> None:
    """Its name is the operator's: only receivers' addresses are judged."""
    named: list[str] = []

    async def resolve(name: str) -> Sequence[str]:
        named.append(name)
        return ["127.0.0.1"]

    guard = Guard(GuardPolicy().allowing(HOST), resolve)
    async with (
        Receiver(answers(OK), tls=authority.server(HOST)) as receiver,
        Receiver(forwarding()) as proxy,
    ):
        home = Proxy(URL(f"http://proxy.internal:{proxy.port}"))
        async with sending(guard, ssl=authority.client(), proxy=home) as sender:
            answer = await post(sender, guard.parse(f"https://{HOST}:{receiver.port}/"))

    assert answer.status == 200
    assert named == [HOST, "proxy.internal"]


async def test_who_is_not_the_proxy_hears_no_password(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network that leads elsewhere than it was told to."""
    token = encode_basic_auth("herald", "quiet-otter-7")
    async with (
        Receiver(answers(OK), tls=authority.server(HOST)) as receiver,
        Receiver(forwarding()) as proxy,
        Receiver(forwarding(), host="127.0.0.2", port=proxy.port) as impostor,
        sending(ssl=authority.client(), proxy=way(proxy, authorization=token)) as sender,
    ):

        async def astray(*_args: Any, **_more: Any) -> socket.socket:
            made = socket.create_connection(("127.0.0.2", impostor.port))
            made.setblocking(False)
            return made

        monkeypatch.setattr("aiohttp.connector.aiohappyeyeballs.start_connection", astray)
        answer = await post(sender, secure(receiver))

    assert (answer.error, answer.reach) == ("proxy", Reach.OURS)
    assert (impostor.connections, impostor.requests, impostor.stray) == (1, [], b"")
