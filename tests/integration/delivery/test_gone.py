"""410 Gone in the dialect standard: the endpoint is switched off at once, and nothing is lost."""

import pytest

from bot.catalogue.security import AuditDraft
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.audit.service import AuditService
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import DeliveryState, EndpointState
from bot.storage.database import Transaction
from tests.conftest import OpenEmitter
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, change_state, joined
from tests.support.receiver import Receiver, status
from tests.support.rows import attempts, states

DELIVERED, FAILED = DeliveryState.DELIVERED, DeliveryState.FAILED
MISSED, PENDING = DeliveryState.MISSED, DeliveryState.PENDING


def endpoint_of(running: Emitter) -> Endpoint:
    (endpoint,) = running.lanes.index.all()
    return endpoint


async def test_410_switches_the_endpoint_off_at_once(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    told: list[tuple[EndpointState, str | None]] = []

    async def switched_off(_tx: Transaction, endpoint: Endpoint) -> None:
        told.append((endpoint.state, endpoint.last_error))

    running.settler.on_auto_disabled = switched_off
    await add_endpoint(running, receiver.url(), secret=receiver.secret, dialect="standard")
    for number, code in enumerate((500, 410), start=1):
        receiver.behave = status(code)
        await running.outbox.record(joined(clock, number))
        await receiver.has(number)
        await quiet(running)

    assert told == [(EndpointState.AUTO_DISABLED, "HTTP 410")]
    endpoint = endpoint_of(running)
    assert (endpoint.state, endpoint.failures) == (EndpointState.AUTO_DISABLED, 2)
    await running.outbox.record(joined(clock, 9))
    clock.advance(86_400)
    await quiet(running)
    assert len(receiver.requests) == 2
    assert list((await states(running.database)).values()) == [PENDING, FAILED, MISSED]

    receiver.behave = status(200)
    await change_state(running, endpoint.id, EndpointState.ACTIVE)
    await receiver.has(3)
    await quiet(running)
    assert list((await states(running.database)).values()) == [DELIVERED, FAILED, MISSED]


@pytest.mark.parametrize("dialect", ["phantom", "vektor"])
async def test_410_is_an_answer_like_any_other_elsewhere(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock, dialect: str
) -> None:
    running = await emitter(jitter=0)
    await add_endpoint(running, receiver.url(), secret=receiver.secret, dialect=dialect)
    receiver.behave = status(410)

    await running.outbox.record(joined(clock))
    await receiver.has(1)
    await quiet(running)

    assert endpoint_of(running).state is EndpointState.ACTIVE
    assert [code for _, _, code, _ in await attempts(running.database)] == [410]


async def test_the_entry_that_tells_of_it_is_not_sent_to_whom_it_switched_off(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    running = await emitter(jitter=0)
    audit = AuditService(running.outbox, clock)

    async def switched_off(tx: Transaction, endpoint: Endpoint) -> None:
        entry = AuditDraft(
            guild_id=endpoint.guild_id,
            event_type="endpoint.auto_disabled",
            summary="It was switched off.",
            target_type="endpoint",
        )
        await audit.write(tx, entry)

    running.settler.on_auto_disabled = switched_off
    await add_endpoint(running, receiver.url(), secret=receiver.secret, dialect="standard")
    receiver.behave = status(410)
    await running.outbox.record(joined(clock, 1))
    await receiver.has(1)
    await quiet(running)
    assert [one.type for one in receiver.requests] == ["member.joined"]
    assert list((await states(running.database)).values()) == [FAILED, MISSED]
