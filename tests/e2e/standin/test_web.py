"""The web face of `herald run`: it says when all is there; without its port nothing begins."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from bot.web.server import free_port
from tests.e2e.cli.program import Herald, begin, ended, herald
from tests.e2e.standin.test_run import settle_in
from tests.support.discord_server.server import TOKEN, DiscordServer
from tests.support.raw_http import Answer, ask

SCRAPER = "a-token-of-the-scraper"


@pytest.fixture
async def server() -> AsyncGenerator[DiscordServer]:
    async with DiscordServer() as server:
        yield server


async def until(port: int, path: str, status: int) -> Answer:
    """The first answer with that status; each is a second old at most."""
    async with asyncio.timeout(30):
        while (answer := await ask(port, path)).status != status:
            continue
        return answer


async def answering(process: Herald) -> None:
    """Return when the log says that the port is served."""
    assert process.stderr is not None
    async with asyncio.timeout(50):
        while b"web.started" not in await process.stderr.readline():
            assert process.returncode is None


async def test_ready_once_discord_is_there_and_not_ready_without_it(
    server: DiscordServer, tmp_path: Path
) -> None:
    settle_in(tmp_path, server)
    port = await free_port("127.0.0.1")
    environment = {"HERALD_WEB__PORT": str(port), "HERALD_WEB__METRICS_TOKEN": SCRAPER}
    process = await begin(tmp_path, "run", environment=environment)
    try:
        await answering(process)
        await server.gateway.until(lambda: bool(server.gateway.chunked))
        ready = await until(port, "/readyz", 200)
        scraped = await ask(port, "/metrics", Authorization=f"Bearer {SCRAPER}")
        page = await ask(port, "/nowhere", Accept="text/html")
        server.trouble = 503
        await server.gateway.drop()
        await server.__aexit__()
        lacking = await until(port, "/readyz", 503)
    finally:
        process.send_signal(signal.SIGTERM)
        done = await ended(process)
    assert ready.json == {"ready": True, "missing": []}
    assert lacking.json == {"ready": False, "missing": ["discord"]}
    assert "herald_guilds 1.0" in scraped.text
    assert "herald_gateway_connected 1.0" in scraped.text
    assert "This link does not work" in page.text
    assert done.code == 0
    assert SCRAPER not in "\n".join(done.err)
    with pytest.raises(ConnectionError):
        await ask(port, "/healthz")


async def test_a_port_in_use_stops_the_start_before_anything_begins(
    server: DiscordServer, tmp_path: Path
) -> None:
    settle_in(tmp_path, server)
    other = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = other.sockets[0].getsockname()[1]
    done = await herald(tmp_path, "run", environment={"HERALD_WEB__PORT": str(port)})
    other.close()
    assert done.code != 0
    (sentence,) = done.sentences
    assert sentence.startswith(f"herald: web.port: port {port} is in use by another program")
    assert "Traceback" not in "\n".join(done.err)
    assert TOKEN not in "\n".join(done.err)
    assert server.gateway.identified == []


async def test_switched_off_it_opens_no_port(server: DiscordServer, tmp_path: Path) -> None:
    settle_in(tmp_path, server)
    other = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = other.sockets[0].getsockname()[1]
    environment = {"HERALD_WEB__PORT": str(port), "HERALD_WEB__ENABLED": "false"}
    process = await begin(tmp_path, "run", environment=environment)
    await server.gateway.until(lambda: bool(server.gateway.chunked))
    process.send_signal(signal.SIGTERM)
    done = await ended(process)
    other.close()
    assert done.code == 0
    assert not any("web.started" in line for line in done.err)
