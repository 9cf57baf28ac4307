"""An event from the moment it is recorded to its receiver, on both engines."""

from bot.clock import ManualClock
from tests.conftest import OpenEmitter
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.receiver import Receiver


async def test_a_recorded_event_arrives_signed(
    emitter: OpenEmitter, receiver: Receiver, clock: ManualClock
) -> None:
    open_one = await emitter()
    await add_endpoint(open_one, receiver.url(), secret=receiver.secret)

    event_id = await open_one.outbox.record(joined(clock))

    assert await receiver.has(1) == [str(event_id)]
    assert receiver.requests[0].json["data"]["user_id"] == "7"
