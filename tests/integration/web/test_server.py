"""Ports: taken first, named where they cannot be had, and let go of at the end."""

import asyncio
from collections.abc import AsyncGenerator

import pytest
from aiohttp import web

from bot.errors import ConfigError
from bot.web.server import Listening, Server, bound, free_port
from tests.integration.web.conftest import Site, Sites
from tests.support.patience import PATIENCE
from tests.support.raw_http import ask, parsed


@pytest.fixture
async def other() -> AsyncGenerator[asyncio.Server]:
    """Another program that listens."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    yield server
    server.close()


def server(listening: Listening) -> Server:
    return Server(web.Application(), listening, reading=1, grace=1)


async def test_a_port_in_use_names_the_setting_and_what_to_do(other: asyncio.Server) -> None:
    port = other.sockets[0].getsockname()[1]
    for prefix in ("", "metrics_"):
        with pytest.raises(ConfigError, match=f"port {port} is in use by another program") as found:
            await server(Listening("127.0.0.1", port, prefix)).bind()
        assert found.value.setting == f"web.{prefix}port"


async def test_a_port_that_another_herald_serves() -> None:
    port = await free_port("127.0.0.1")
    first, second = (server(Listening("127.0.0.1", port)) for _ in range(2))
    await first.bind()
    await first.start()
    with pytest.raises(ConfigError, match="in use"):
        await second.bind()
    await second.stop()
    await first.stop()


async def test_two_that_took_it_at_once_do_not_both_serve() -> None:
    port = await free_port("127.0.0.1")
    first, second = (server(Listening("127.0.0.1", port)) for _ in range(2))
    await first.bind()
    await second.bind()  # the system lets both, until one listens
    await first.start()
    with pytest.raises(ConfigError, match=f"port {port} is in use"):
        await second.start()
    await second.stop()
    await first.stop()


async def test_a_port_is_let_go_of() -> None:
    port = await free_port("127.0.0.1")
    for _ in range(2):
        one = server(Listening("127.0.0.1", port))
        await one.bind()
        await one.start()
        assert one.port == port
        await one.stop()


async def test_an_address_of_another_machine() -> None:
    with pytest.raises(ConfigError, match=r"this machine has no address 203\.0\.113\.1") as found:
        await server(Listening("203.0.113.1", 0)).bind()
    assert found.value.setting == "web.host"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (13, "may not open port 80: set one from 1024 on"),
        (1, "may not open"),
        (24, "cannot be opened"),
    ],
)
def test_what_a_user_may_not_do(number: int, words: str) -> None:
    refusal = Listening("127.0.0.1", 80).refused(OSError(number, "it said"))
    assert refusal.setting == "web.port"
    assert words in str(refusal)


async def test_nothing_is_answered_before_the_start() -> None:
    listening = await bound(Listening("127.0.0.1", 0))
    port = listening.sockets[0].getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)
    listening.close()


async def test_stopping_waits_for_what_is_under_way(sites: Sites) -> None:
    site = await sites(grace=10.0)
    begun, let_go = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        begun.set()
        await let_go.wait()

    site.on_wait = wait
    asking = asyncio.create_task(ask(site.port, "/wait"))
    await begun.wait()
    port, stopping = site.port, asyncio.create_task(_stop(site))
    while True:  # until nobody listens any more
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            break
        writer.close()
    let_go.set()
    assert (await asking).text == "waited"
    await stopping


async def test_stopping_waits_no_longer_than_the_grace(sites: Sites) -> None:
    site = await sites(grace=0.1)
    begun, never = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        begun.set()
        await never.wait()

    site.on_wait = wait
    asking = asyncio.create_task(ask(site.port, "/wait"))
    await begun.wait()
    async with asyncio.timeout(PATIENCE):
        await _stop(site)
    with pytest.raises(AssertionError, match="no answer"):
        await asking


async def test_an_idle_connection_does_not_hold_up_the_stop(sites: Sites) -> None:
    site = await sites(grace=60.0)
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert b" 200 " in await reader.readline()
    async with asyncio.timeout(PATIENCE):
        await _stop(site)
        assert parsed(b"HTTP/1.1 200\r\n" + await reader.read()).json == {"alive": True}
    writer.close()


async def test_stopped_before_it_began() -> None:
    await server(Listening("127.0.0.1", 0)).stop()


async def _stop(site: Site) -> None:
    assert site.server is not None
    await site.server.stop()
