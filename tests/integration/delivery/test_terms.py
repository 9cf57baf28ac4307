"""Terms of an endpoint's own: seconds for an attempt, and requests at once."""

import asyncio

from bot.config import DeliveryConfig
from bot.delivery.emitter import Emitter
from bot.outbox.endpoint_registry import DeliveryTerms
from bot.outbox.endpoints import Endpoint
from tests.conftest import OpenEmitter
from tests.integration.delivery.receivers import Receiver, Talk
from tests.integration.endpoints.endpoints_env import deliveries_of
from tests.support.emitter_setup import GUILD, add_endpoint, joined
from tests.support.loops import turn


async def set_terms(running: Emitter, endpoint: Endpoint, terms: DeliveryTerms) -> Endpoint:
    async with running.database.transaction() as tx:
        after = await running.registry.limit(tx, endpoint, running.clock.now(), terms)
    assert after is not None
    return after


async def mute(talk: Talk) -> None:
    await talk.request()
    await talk.gone()


async def test_an_attempt_takes_as_long_as_the_endpoint_lets_it(emitter: OpenEmitter) -> None:
    """And no longer than the instance does, whatever is stored."""
    made: dict[str, int] = {}
    running = await emitter(connect_timeout=0.3, total_timeout=0.3, longest_timeout=1)
    async with Receiver(mute) as receiver:
        url = f"http://127.0.0.1:{receiver.port}/"
        for seconds in (None, 1, 30):
            one, _ = await add_endpoint(running, url, name=f"n{seconds}")
            made[one.name] = one.id
            await set_terms(running, one, DeliveryTerms(answer_seconds=seconds))
        await running.outbox.record(joined(running.clock))
        await running.worker.idle()
    told: list[str | None] = []
    for name, endpoint_id in made.items():
        (one,) = (await deliveries_of(running).deliveries(GUILD, name)).deliveries
        detail = await deliveries_of(running).look(GUILD, endpoint_id, one.id)
        told += [attempt.detail for attempt in detail.attempts]
    assert told == [f"status: no answer within {seconds} s" for seconds in ("0.3", "1", "1")]


async def test_no_more_at_once_than_the_endpoint_lets_go(emitter: OpenEmitter) -> None:
    under_way = most = 0

    async def counting(talk: Talk) -> None:
        nonlocal under_way, most
        while True:
            await talk.request()
            under_way += 1
            most = max(most, under_way)
            for _turn in range(20):
                await turn()
            under_way -= 1
            await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    running = await emitter()
    async with Receiver(counting) as receiver:
        made, _ = await add_endpoint(running, f"http://127.0.0.1:{receiver.port}/")
        await set_terms(running, made, DeliveryTerms(in_flight=3))
        facts = [joined(running.clock, number) for number in range(40)]
        await asyncio.gather(*map(running.outbox.record, facts))
        await running.worker.idle()
        assert len(receiver.requests) == 40
    assert 1 < most <= 3


def test_the_longest_timeout_fits_into_a_lease() -> None:
    assert DeliveryConfig().longest_timeout < DeliveryConfig().lease_seconds
