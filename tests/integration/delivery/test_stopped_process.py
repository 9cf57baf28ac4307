"""A process whose leases have lapsed sends nothing that others have sent, and waits for them."""

import asyncio
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import update
from structlog.testing import capture_logs

from bot.clock import ManualClock
from bot.delivery import lease_watch
from bot.delivery.emitter import Emitter
from bot.delivery.lease_watch import LeaseWatch
from bot.errors import ConfigError
from bot.outbox.tables import DeliveryState, delivery
from bot.storage.database import Database
from tests.support.emitter_setup import add_endpoint, config_for, joined
from tests.support.loops import turn
from tests.support.lossy_line import lossy_line
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver


class Stopped:
    """Real time, as a process finds it that was stopped in between."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = monotonic()
        monkeypatch.setattr(lease_watch, "monotonic", lambda: self.now)


def test_a_lease_lapses_where_it_is_not_renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    real, woken = Stopped(monkeypatch), list[int]()
    watch = LeaseWatch(60.0, lambda: woken.append(1))
    alone = LeaseWatch(None, lambda: woken.append(2))
    real.now += 60
    assert not watch.has_lapsed()
    real.now += 0.1
    assert watch.has_lapsed()
    assert not alone.has_lapsed()
    watch.renewed(real.now)
    assert not watch.has_lapsed()
    assert woken == [1]


async def test_they_are_renewed_in_their_time_while_the_database_is_away(
    postgres_url: str, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And not again and again, so that nothing else had a turn."""
    async with lossy_line(postgres_url) as (line, url):
        config = config_for(url)
        emitter = await Emitter.open(config, clock)
        await emitter.start()
        await emitter.worker.idle()
        real = Stopped(monkeypatch)
        real.now += 61
        line.go_away()
        with capture_logs() as logs:
            for tries in (1, 2):
                clock.advance(config.delivery.lease_renew_seconds)
                async with asyncio.timeout(PATIENCE):
                    while failures(logs) < tries:
                        await turn()
                for _ in range(5):
                    with pytest.raises(ConfigError):
                        await Database(url).open()
                assert failures(logs) == tries
        line.come_back()
        await emitter.stop()


def failures(logs: Sequence[Mapping[str, Any]]) -> int:
    """How often leases could not be renewed."""
    return sum(one["event"] == "leases.failed" for one in logs)


async def test_what_others_sent_meanwhile_is_not_sent_again(
    postgres_url: str, clock: ManualClock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is still its own is."""
    config = config_for(postgres_url, jitter=0, per_endpoint_in_flight=1)
    emitter = await Emitter.open(config, clock)
    await emitter.start()
    await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
    goes_on = asyncio.Event()

    async def late(_receiver: Receiver, _request: web.Request) -> web.Response:
        await goes_on.wait()
        return web.Response()

    receiver.behave = late
    sent = [str(await emitter.outbox.record(joined(clock, number))) for number in range(6)]
    await receiver.has(1)
    async with emitter.database.transaction() as tx:  # as another process does that expired them
        theirs = delivery.c.id.in_([one.id for one in emitter.lanes.ready][:3])
        done = {"state": DeliveryState.DELIVERED, "lease": delivery.c.lease + 1}
        await tx.execute(update(delivery).where(theirs).values(done))
    real = Stopped(monkeypatch)
    real.now += 61
    goes_on.set()
    await emitter.worker.idle()
    assert receiver.ids() == [sent[0], *sent[4:]]
    await emitter.stop()
