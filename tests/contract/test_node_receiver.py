"""Receivers in another language, written from the published rules, believe what Herald sends."""

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

from bot.catalogue import EVENTS
from bot.clock import ManualClock, SystemClock
from bot.dialects import PHANTOM_USER_AGENT, USER_AGENT
from bot.dialects.vektor_events import NAMES
from tests.conftest import OpenEmitter
from tests.contract.outgoing import DIALECTS, SECRETS
from tests.support.emitter_setup import GUILD, add_endpoint
from tests.support.node import NODE
from tests.support.patience import PATIENCE
from tests.support.rows import attempts

PROGRAM = Path(__file__).parent / "receivers" / "serve.mjs"


class NodeReceiver:
    """The running program, and what it says of each request."""

    def __init__(self, output: asyncio.StreamReader, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/hooks?a=1"
        self._output = output

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE):
            return json.loads(await self._output.readline())


@asynccontextmanager
async def node_receiver(dialect: str) -> AsyncGenerator[NodeReceiver]:
    process = await asyncio.create_subprocess_exec(
        NODE, PROGRAM, dialect, SECRETS[dialect], stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            port = int(await process.stdout.readline())
        yield NodeReceiver(process.stdout, port)
    finally:
        process.kill()
        await process.communicate()


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_every_event_is_believed(emitter: OpenEmitter, dialect: str) -> None:
    running = await emitter(clock=SystemClock())
    names = NAMES if dialect == "vektor" else {event.type: event.type for event in EVENTS}
    async with node_receiver(dialect) as receiver:
        await add_endpoint(running, receiver.url, secret=SECRETS[dialect], dialect=dialect)
        for kind in EVENTS:
            async with running.database.transaction() as tx:
                event_id = await running.outbox.emit(tx, kind.sample(GUILD))
            assert (event_id is not None) is (kind.type in names)
            if event_id is None:
                continue

            seen = await receiver.next()

            assert (seen["verified"], seen["method"]) == (True, "POST")
            assert seen["headers"]["content-type"] == "application/json"
            body = json.loads(base64.b64decode(seen["body"]))
            told = CHECKS[dialect](seen["headers"], body, str(event_id))
            assert told == names[kind.type]
            if dialect != "vektor":
                assert body["data"] == json.loads(kind.sample(GUILD).data())
        await running.worker.idle()
    statuses = [status for _, _, status, _ in await attempts(running.database)]
    assert statuses == [204] * len(names)


def phantom(headers: dict[str, str], body: dict[str, Any], event_id: str) -> str:
    assert headers["phantom-event-id"] == headers["idempotency-key"] == body["id"] == event_id
    assert headers["phantom-event-type"] == body["type"]
    assert headers["user-agent"] == PHANTOM_USER_AGENT
    return body["type"]


def vektor(headers: dict[str, str], body: dict[str, Any], event_id: str) -> str:
    assert list(body) == ["event", "guildId", "timestamp", "data"]
    assert (headers["x-event"], headers["x-attempt"]) == (body["event"], "1")
    assert event_id not in headers["x-idempotency-key"]
    assert headers["user-agent"] == USER_AGENT
    return body["event"]


def standard(headers: dict[str, str], body: dict[str, Any], event_id: str) -> str:
    assert headers["webhook-id"] == body["id"] == event_id
    assert headers["user-agent"] == USER_AGENT
    return body["type"]


CHECKS = {"phantom": phantom, "vektor": vektor, "standard": standard}


@pytest.mark.parametrize("shift", [-400, 400])
@pytest.mark.parametrize("dialect", ["phantom", "standard"])
async def test_a_letter_of_another_time_is_not_believed(
    emitter: OpenEmitter, dialect: str, shift: int
) -> None:
    """The receiver's own clock decides; this also shows that it does not believe everything."""
    running = await emitter(clock=ManualClock(SystemClock().now() + timedelta(seconds=shift)))
    async with node_receiver(dialect) as receiver:
        endpoint, _ = await add_endpoint(
            running, receiver.url, secret=SECRETS[dialect], dialect=dialect
        )
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
    async with node_receiver("phantom") as receiver, aiohttp.ClientSession() as session:
        for header in garbage:
            headers = {"Phantom-Signature": header}
            async with session.post(receiver.url, data=b"{}", headers=headers) as answer:
                assert answer.status == 401
            assert (await receiver.next())["verified"] is False
