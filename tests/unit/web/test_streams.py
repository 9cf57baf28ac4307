"""Streams: whoever leaves is no fault, whenever they do."""

import asyncio

from aiohttp import web

from bot.clock import ManualClock
from bot.web.server import free_port
from bot.web.streams import Streams
from tests.support.loops import turn
from tests.support.patience import PATIENCE


async def nothing_new() -> str:
    return "mark"


async def test_a_browser_that_leaves_before_its_stream_begins() -> None:
    streams = Streams(ManualClock())
    came = asyncio.Event()
    outcome: asyncio.Future[web.StreamResponse] = asyncio.get_running_loop().create_future()

    async def opens(request: web.Request) -> web.StreamResponse:
        came.set()
        while request.transport is not None:  # as it looks who this is
            await turn()
        try:
            response = await streams.answer(request, "otter", nothing_new)
        except Exception as error:
            outcome.set_exception(error)
            raise
        outcome.set_result(response)
        return response

    app = web.Application()
    app.router.add_get("/", opens)
    runner = web.AppRunner(app)
    await runner.setup()
    port = await free_port("127.0.0.1")
    await web.TCPSite(runner, "127.0.0.1", port).start()
    async with asyncio.timeout(PATIENCE):
        _reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: harbour\r\n\r\n")
        await came.wait()
        writer.close()
        await outcome
    await runner.cleanup()
    assert not len(streams)
