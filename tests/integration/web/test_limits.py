"""Limits over the wire: by address, by link, by connection, and what a person is told."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from bot.clock import ManualClock
from bot.web.parts import ADDRESSES
from bot.web.room import Crowd
from tests.integration.web.conftest import Site, Sites
from tests.support.patience import PATIENCE
from tests.support.raw_http import ask, parsed

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_an_address_may_ask_so_often_and_is_told_when_again(
    site: Site, clock: ManualClock
) -> None:
    answers = [await ask(site.port, "/who") for _ in range(61)]
    assert [one.status for one in answers] == [200] * 60 + [429]
    assert answers[-1].headers["Retry-After"] == "1"
    assert "Wait a minute" in (await ask(site.port, "/who", Accept="text/html")).text
    assert (await ask(site.port, "/nowhere")).status == 429
    assert (await ask(site.port, "/healthz")).status == 200
    clock.advance(1.0)
    assert [(await ask(site.port, "/who")).status for _ in range(2)] == [200, 429]


async def test_a_form_costs_five_pages(site: Site) -> None:
    statuses = [
        (await ask(site.port, "/private/one", method="POST", body=b"a=b", headers=FORM)).status
        for _ in range(13)
    ]
    assert statuses == [303] * 12 + [429]
    assert len(site.bodies) == 12


async def test_a_link_has_a_limit_of_its_own_from_whatever_address(
    sites: Sites, clock: ManualClock
) -> None:
    site = await sites(trusted_proxies="127.0.0.1/32")

    async def used(link: str, address: str) -> int:
        answer = await ask(site.port, f"/limited/{link}", X_Forwarded_For=address)
        return answer.status

    assert [await used("one", f"198.51.100.{n}") for n in range(3)] == [200, 200, 429]
    assert await used("two", "198.51.100.1") == 200
    clock.advance(30.0)
    assert await used("one", "198.51.100.9") == 200


async def test_only_trusted_proxies_say_who_asks(sites: Sites, site: Site) -> None:
    trusting = await sites(trusted_proxies="127.0.0.1/32")
    forged = {"X-Forwarded-For": "198.51.100.1", "X-Real-IP": "198.51.100.1"}
    assert (await ask(site.port, "/who", headers=forged)).text == "127.0.0.1"
    assert (await ask(trusting.port, "/who", headers=forged)).text == "198.51.100.1"
    forging = [f"198.51.100.{number}" for number in range(61)]
    answers = [await ask(site.port, "/who", X_Forwarded_For=one) for one in forging]
    assert answers[-1].status == 429


async def test_one_household_of_ipv6_shares_a_limit(sites: Sites) -> None:
    site = await sites(trusted_proxies="127.0.0.1/32")
    for number in range(60):
        answer = await ask(site.port, "/who", X_Forwarded_For=f"2001:db8::{number + 1:x}")
        assert answer.status == 200
    assert (await ask(site.port, "/who", X_Forwarded_For="2001:db8::ffff")).status == 429
    assert (await ask(site.port, "/who", X_Forwarded_For="2001:db8:0:1::1")).status == 200


async def test_a_thousand_strangers_are_not_remembered_for_ever(sites: Sites) -> None:
    site = await sites(trusted_proxies="127.0.0.1/32")
    assert site.app is not None
    for number in range(100):
        site.clock.advance(2.0)
        await ask(site.port, "/who", X_Forwarded_For=f"198.51.{number}.1")
    assert 1 <= len(site.app[ADDRESSES]) <= 2


async def test_connections_that_ask_for_nothing_keep_nobody_out(site: Site) -> None:
    held = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(300)]
    for path in ("/healthz", "/readyz", "/who"):
        assert (await ask(site.port, path)).status == 200
    async with asyncio.timeout(PATIENCE):
        assert await held[0][0].read() == b""  # whoever waited for longest made room
        held[-1][1].write(b"GET /who HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b" 200 " in await held[-1][0].readline()
    for _reader, writer in held:
        writer.close()


async def test_one_that_rests_after_its_answer_makes_room(sites: Sites) -> None:
    site = await sites(crowd=Crowd(in_all=1, reserved=0))
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert b" 200 " in await reader.readline()
    assert (await ask(site.port, "/who")).status == 200
    async with asyncio.timeout(PATIENCE):
        assert (await reader.read()).endswith(b'{"alive": true}')
    writer.close()


async def test_where_all_are_busy_operators_are_answered_and_others_told(sites: Sites) -> None:
    site = await sites(crowd=Crowd(in_all=2, reserved=1))
    async with _working(site, 2):
        silent, idle = await asyncio.open_connection("127.0.0.1", site.port)
        for path in ("/healthz", "/readyz"):
            assert (await ask(site.port, path, Connection="keep-alive")).status == 200
        async with asyncio.timeout(PATIENCE):
            assert await silent.read() == b""  # the reserved place is not for those that wait
        idle.close()
        told = await ask(site.port, "/who", Accept="text/html")
        assert (told.status, told.headers["Retry-After"]) == (503, "10")
        assert "Not available right now" in told.text
        assert site.measures.requests["/who", "GET", 503] == 1
    assert (await ask(site.port, "/who")).status == 200


async def test_one_connection_too_many_is_told_so_at_once(sites: Sites) -> None:
    site = await sites(crowd=Crowd(in_all=2, reserved=0))
    async with _working(site, 2):
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        refused = parsed(await reader.read())
        writer.close()
        assert (refused.status, refused.headers["Retry-After"]) == (503, "10")
        assert refused.headers["X-Content-Type-Options"] == "nosniff"
    assert (await ask(site.port, "/who")).status == 200


@pytest.mark.thorough("a slow reader")
async def test_whoever_asks_and_never_reads_is_let_go(sites: Sites) -> None:
    site = await sites(read_timeout=0.3)
    loop = asyncio.get_running_loop()
    with socket.socket() as line:
        line.setblocking(False)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await loop.sock_connect(line, ("127.0.0.1", site.port))
        asked = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 200_000
        with pytest.raises(ConnectionError):
            async with asyncio.timeout(PATIENCE):
                await loop.sock_sendall(line, asked)


@asynccontextmanager
async def _working(site: Site, count: int) -> AsyncGenerator[None]:
    """So many requests are being answered meanwhile."""
    began, may_end = asyncio.Semaphore(0), asyncio.Event()

    async def wait() -> None:
        began.release()
        await may_end.wait()

    site.on_wait = wait
    asked = [asyncio.create_task(ask(site.port, "/wait")) for _ in range(count)]
    for _ in asked:
        await began.acquire()
    yield
    may_end.set()
    assert [(await one).status for one in asked] == [200] * count
