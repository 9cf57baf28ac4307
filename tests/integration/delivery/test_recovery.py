"""What a process leaves behind when it stops, gently or not, and how the next one takes it over."""

import asyncio

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.outbox.tables import DeliveryState
from tests.conftest import OpenEmitter
from tests.integration.delivery.answering_endpoints import limit_rate, newcomer, send, welcome
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, config_for, joined
from tests.support.patience import PATIENCE
from tests.support.receiver import Receiver, hang, status
from tests.support.rows import attempts, rows, states

DELIVERED, DELIVERING = DeliveryState.DELIVERED, DeliveryState.DELIVERING
PENDING = DeliveryState.PENDING


async def left_behind(url: str, receiver: Receiver, clock: ManualClock, count: int) -> list[str]:
    """Deliveries leased by a process that is gone before it tried them; their event ids."""
    emitter = await Emitter.open(config_for(url), clock)
    await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
    emitter.outbox.start()
    sent = [str(await emitter.outbox.record(joined(clock, n))) for n in range(count)]
    assert set((await states(emitter.database)).values()) == {DELIVERING}
    await emitter.outbox.stop()
    await emitter.close()
    return sent


async def test_a_start_on_a_file_takes_over_every_lease(
    sqlite_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    sent = await left_behind(sqlite_url, receiver, clock, 3)

    emitter = await Emitter.open(config_for(sqlite_url), clock)
    await emitter.start()
    assert await receiver.has(3) == sent
    await quiet(emitter)

    numbers = [row["id"] for row in await rows(emitter.database)]
    assert await attempts(emitter.database) == [
        *((number, 1, None, "unknown") for number in numbers),
        *((number, 1, 200, None) for number in numbers),
    ]
    assert {row["attempt"] for row in await rows(emitter.database)} == {1}
    await emitter.stop()


async def test_a_start_on_a_server_waits_for_the_leases_of_others(
    postgres_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    sent = await left_behind(postgres_url, receiver, clock, 3)

    emitter = await Emitter.open(config_for(postgres_url), clock)
    await emitter.start()
    clock.advance(59.9)
    await quiet(emitter)
    assert receiver.requests == []
    clock.advance(20)

    assert await receiver.has(3) == sent
    await quiet(emitter)
    tried = await attempts(emitter.database)
    assert [error for _, _, _, error in tried] == ["unknown"] * 3 + [None] * 3
    await emitter.stop()


async def test_a_request_cut_off_is_unknown_and_its_number_is_used_again(
    sqlite_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    emitter = await Emitter.open(config_for(sqlite_url, shutdown_grace=0.05, jitter=0), clock)
    await emitter.start()
    await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
    receiver.behave = status(500)
    event_id = str(await emitter.outbox.record(joined(clock)))
    await receiver.has(1)
    await quiet(emitter)
    receiver.behave = hang
    clock.advance(5)
    await receiver.has(2)
    await emitter.stop()

    receiver.behave = status(200)
    again = await Emitter.open(config_for(sqlite_url), clock)
    await again.start()
    assert await receiver.has(3) == [event_id] * 3
    await quiet(again)

    found = [(number, status, error) for _, number, status, error in await attempts(again.database)]
    assert found == [(1, 500, None), (2, None, "unknown"), (2, 200, None)]
    (row,) = await rows(again.database)
    assert (row["state"], row["attempt"]) == (DELIVERED, 2)
    await again.stop()


async def test_a_gentle_stop_finishes_what_is_in_flight_and_gives_back_the_rest(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(per_endpoint_in_flight=1)
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = hang
    sent = [str(await running.outbox.record(joined(clock, n))) for n in range(5)]
    await receiver.has(1)

    stopping = asyncio.create_task(running.stop())
    receiver.let_go.set()
    await stopping

    again = await emitter(start=False)
    assert list((await states(again.database)).values()) == [DELIVERED, *[PENDING] * 4]
    assert await attempts(again.database) == [(1, 1, 200, None)]
    assert receiver.ids() == sent[:1]
    receiver.behave = status(200)
    await again.start()
    assert await receiver.has(5) == sent
    await quiet(again)
    assert [error for _, _, _, error in await attempts(again.database)] == [None] * 5


async def test_a_lease_is_renewed_while_its_delivery_waits(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(per_endpoint_in_flight=1)
    await add_endpoint(running, receiver.url(), secret=receiver.secret)
    receiver.behave = hang
    for number in range(3):
        await running.outbox.record(joined(clock, number))
    await receiver.has(1)
    began = clock.now()

    for _ in range(10):
        clock.advance(20)
        await renewed(running, clock)

    assert set((await states(running.database)).values()) == {DELIVERING}
    assert (clock.now() - began).total_seconds() == 200
    assert await attempts(running.database) == []
    receiver.behave = status(200)
    receiver.let_go.set()
    await receiver.has(3)
    await quiet(running)
    assert len(await attempts(running.database)) == 3


async def renewed(emitter: Emitter, clock: ManualClock) -> None:
    """Return when every lease lasts a whole minute from now, and its keeper sleeps again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            ends = [row["due_at"] for row in await rows(emitter.database)]
            minute = (min(ends) - clock.now()).total_seconds() == 60
            if minute and clock.next_due() is not None:
                return


async def test_two_workers_on_one_server_share_and_never_send_twice(
    postgres_url: str, receiver: Receiver, clock: ManualClock
) -> None:
    one = await Emitter.open(config_for(postgres_url, per_endpoint_in_flight=2), clock)
    await add_endpoint(one, receiver.url(), secret=receiver.secret)
    other = await Emitter.open(config_for(postgres_url, per_endpoint_in_flight=2), clock)
    await one.start()
    await other.start()

    recorded = await asyncio.gather(
        *(emitter.outbox.record(joined(clock, n)) for n in range(150) for emitter in (one, other))
    )
    await receiver.has(300)
    await quiet(one)
    await quiet(other)

    assert sorted(receiver.ids()) == sorted(str(event_id) for event_id in recorded)
    assert len(await attempts(one.database)) == 300
    await one.stop()
    await other.stop()


async def test_a_start_trusts_whom_an_earlier_process_had_come_to_trust(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    first = await emitter()
    known, failing = await welcome(first, receiver, "/known", "/failing")
    receiver.behave_at["/failing"] = status(404)
    await send(first, clock, (failing,), 1)
    await quiet(first)
    await first.stop()

    second = await emitter(max_in_flight=16, total_timeout=50.0)
    receiver.behave = receiver.behave_at["/failing"] = hang
    new = await newcomer(second, receiver, "/new")
    await send(second, clock, (known, failing, new), 8)
    await receiver.until(lambda: receiver.in_flight.total() == 12)

    # Its queue is older and waits for what is fresh: the last of its four may come too late.
    failing_ones = receiver.in_flight["/failing"]
    assert failing_ones in (3, 4)
    assert receiver.in_flight == {"/known": 11 - failing_ones, "/failing": failing_ones, "/new": 1}


async def test_what_waited_for_its_rate_limit_keeps_its_lease(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter()
    (endpoint,) = await welcome(running, receiver, "/hook")
    await limit_rate(running, endpoint, 1)
    await send(running, clock, (endpoint,), 8)
    await quiet(running)

    for _ in range(8 * 3):
        clock.advance(20)
        await quiet(running)

    assert len(receiver.requests) == 9
    assert await attempts(running.database) == [(number, 1, 200, None) for number in range(1, 10)]
