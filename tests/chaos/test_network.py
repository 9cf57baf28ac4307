"""The network goes away as a whole and comes back: nobody is switched off for it, all arrives."""

import asyncio
import errno
import os
import socket
from collections import Counter
from collections.abc import Generator
from contextlib import AsyncExitStack, contextmanager
from typing import Any, Self

import pytest
from aiohttp import web

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.outbox.tables import EndpointState
from tests.conftest import OpenEmitter
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.ledger import judged, read_ledger
from tests.support.receiver import Receiver

HOSTS = 6
DISABLE_AFTER = 8
OUTAGE = 4 * 3600  # seconds


class ReceiverAt(Receiver):
    """A receiver on an address of its own in 127.0.0.0/8, at a path that names it."""

    def __init__(self, number: int, clock: ManualClock) -> None:
        super().__init__(clock=clock)
        self._host = f"127.0.0.{10 + number}"
        self._path = f"/{number}"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port).start()
        self._port = int(self._runner.addresses[0][1])
        return self

    @property
    def address(self) -> tuple[str, int]:
        return self._host, self._port

    def url(self, path: str | None = None) -> str:
        return f"http://{self._host}:{self._port}{path or self._path}"


@contextmanager
def no_route(*receivers: ReceiverAt) -> Generator[None]:
    """No way leads to them, so that nothing comes back; a database is still there."""
    loop, away = asyncio.get_running_loop(), {receiver.address for receiver in receivers}
    connect = loop.sock_connect

    async def sock_connect(sock: socket.socket, address: Any) -> None:
        if address in away:
            raise OSError(errno.ENETUNREACH, os.strerror(errno.ENETUNREACH))
        await connect(sock, address)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(loop, "sock_connect", sock_connect)
        yield


async def passed(running: Emitter, clock: ManualClock, seconds: float) -> None:
    """Let the emitter do whatever falls due in that time."""
    ends = clock.now().timestamp() + seconds
    while clock.now().timestamp() < ends:
        clock.advance(min(20.0, ends - clock.now().timestamp()))
        await quiet(running)


@pytest.mark.thorough("four hours of a schedule")
async def test_hours_without_a_network(emitter: OpenEmitter, clock: ManualClock) -> None:
    running = await emitter(jitter=0, disable_after=DISABLE_AFTER)
    receivers = [ReceiverAt(number, clock) for number in range(HOSTS)]
    async with AsyncExitStack() as network:
        for number, receiver in enumerate(receivers):
            await network.enter_async_context(receiver)
            await add_endpoint(running, receiver.url(), name=f"{number}", secret=receiver.secret)
        sent = [str(await running.outbox.record(joined(clock)))]
        await quiet(running)
        assert [receiver.ids() for receiver in receivers] == [sent] * HOSTS

    with no_route(*receivers):
        for _ in range(4):
            sent.append(str(await running.outbox.record(joined(clock))))
            await passed(running, clock, OUTAGE / 4)
    ledger = await read_ledger(running.database)
    failed = Counter(path for path, _ in ledger.silent.elements())
    assert min(failed.values()) > DISABLE_AFTER
    states = {endpoint.state for endpoint in running.lanes.index.all()}
    assert states == {EndpointState.ACTIVE}
    assert len(ledger.unsettled) == HOSTS * 4

    async with AsyncExitStack() as network:
        for receiver in receivers:
            await network.enter_async_context(receiver)
        await passed(running, clock, 86_400)
        await judged(running.database, *receivers, acknowledged=sent, told="")
    for receiver in receivers:
        assert sorted(receiver.ids()) == sorted(sent)
