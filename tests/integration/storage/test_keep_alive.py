"""Connections to PostgreSQL at rest: our end asks whether the other is still there."""

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage import engine as engines
from tests.support.lossy_line import SOCKET, LossyLine

Opened = Callable[[str], AsyncEngine]
OURS = {
    "idle": socket.TCP_KEEPIDLE,
    "interval": socket.TCP_KEEPINTVL,
    "count": socket.TCP_KEEPCNT,
}


@pytest.mark.parametrize("opened", [engines.postgres_engine, engines.unpooled_engine])
async def test_a_line_over_the_network_is_kept_alive(postgres_url: str, opened: Opened) -> None:
    url = make_url(engines.parse_url(postgres_url)[1])
    line = LossyLine(str(Path(str(url.query["host"])) / SOCKET))
    server = await asyncio.start_server(line.connected, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    there = url.set(host="127.0.0.1", port=port, query={"ssl": "disable"})
    engine = opened(there.render_as_string(hide_password=False))
    async with engine.connect() as connection:
        driver = await engines.driver_connection(connection)
        ours = driver._transport.get_extra_info("socket")
        assert ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        kept = {name: ours.getsockopt(socket.IPPROTO_TCP, OURS[name]) for name in OURS}
        assert kept == engines.KEEP_ALIVE
    await engine.dispose()
    server.close()
    await server.wait_closed()


async def test_a_server_reached_by_a_file_needs_none(postgres_url: str) -> None:
    engine = engines.unpooled_engine(engines.parse_url(postgres_url)[1])
    async with engine.connect() as connection:
        driver = await engines.driver_connection(connection)
        assert driver._transport.get_extra_info("socket").family == socket.AF_UNIX
    await engine.dispose()
