"""The demo's small servers: where they listen, and what they say when they do not."""

import pytest
from aiohttp import web

from bot.demo.loopback import Loopback


async def test_a_server_has_a_port_while_it_runs_and_else_says_so() -> None:
    server = Loopback(web.Application())
    with pytest.raises(RuntimeError, match="start it first"):
        _ = server.port
    await server.start()
    assert server.origin == f"http://127.0.0.1:{server.port}"
    await server.stop()
    with pytest.raises(RuntimeError, match="start it first"):
        _ = server.origin
