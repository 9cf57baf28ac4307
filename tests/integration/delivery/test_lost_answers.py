"""A COMMIT whose answer is lost in the emitter: nothing twice, nothing under two ids, no wait."""

from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from bot.catalogue.members import MemberLeft
from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.members.roster import Roster
from bot.outbox.tables import EndpointState, event
from tests.support.emitter_setup import GUILD, add_endpoint, change_state, config_for, joined
from tests.support.lossy_line import LossyLine, lossy_line
from tests.support.receiver import Receiver, status
from tests.support.rows import rows, states
from tests.support.watched import until_index


@pytest.fixture
async def behind(
    postgres_url: str, clock: ManualClock
) -> AsyncGenerator[tuple[LossyLine, Emitter]]:
    """The emitter on a line that loses answers when it is told to."""
    async with lossy_line(postgres_url) as (line, url):
        emitter = await Emitter.open(config_for(url, jitter=0), clock)
        await emitter.start()
        yield line, emitter
        await emitter.stop()


async def test_what_was_recorded_is_stored_once_and_leaves_at_once(
    behind: tuple[LossyLine, Emitter], receiver: Receiver, clock: ManualClock
) -> None:
    line, emitter = behind
    await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
    await emitter.worker.idle()
    line.lose_answer()
    event_id = await emitter.outbox.record(joined(clock))
    assert await receiver.has(1) == [str(event_id)]
    await emitter.worker.idle()
    assert len(await states(emitter.database)) == 1
    assert len(await rows(emitter.database, event)) == 1


async def test_a_departure_is_told_under_one_id(
    behind: tuple[LossyLine, Emitter], receiver: Receiver, clock: ManualClock
) -> None:
    line, emitter = behind
    await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
    await emitter.worker.idle()

    async def wants(_guild_id: int) -> bool:
        return True

    members = Roster(emitter.database, emitter.outbox, wants=wants)
    members.start()
    left = MemberLeft(
        guild_id=GUILD,
        user_id=7,
        username="otter",
        is_bot=False,
        kind="left",
        left_at=clock.now(),
    )
    line.lose_answer()
    assert await members.tell(left)
    await receiver.has(1)
    await emitter.worker.idle()
    assert len(await rows(emitter.database, event)) == 1
    assert len(receiver.requests) == 1
    await members.stop()


async def test_a_new_endpoint_gets_what_happens_at_once(
    behind: tuple[LossyLine, Emitter], receiver: Receiver, clock: ManualClock
) -> None:
    line, emitter = behind
    line.lose_answer()
    await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
    event_id = await emitter.outbox.record(joined(clock))
    assert await receiver.has(1) == [str(event_id)]


async def test_an_endpoint_that_disables_itself_is_left_alone(
    behind: tuple[LossyLine, Emitter], receiver: Receiver, clock: ManualClock
) -> None:
    line, emitter = behind
    receiver.behave = status(410)
    endpoint, _ = await add_endpoint(
        emitter, receiver.url(), secret=receiver.secret, dialect="standard"
    )
    await emitter.outbox.record(joined(clock))
    line.lose_answer()  # of the settlement, or of the change that follows it
    index = emitter.lanes.index

    def is_off() -> bool:
        known = index.get(endpoint.id)
        return known is not None and known.state is EndpointState.AUTO_DISABLED

    await until_index(index, is_off)
    await emitter.outbox.record(joined(clock))
    clock.advance(timedelta(minutes=5).total_seconds())
    await emitter.worker.idle()
    assert len(receiver.requests) == 1


async def test_a_disabled_endpoint_gets_nothing_more(
    behind: tuple[LossyLine, Emitter], receiver: Receiver, clock: ManualClock
) -> None:
    line, emitter = behind
    endpoint, _ = await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
    await emitter.worker.idle()
    line.lose_answer()
    await change_state(emitter, endpoint.id, EndpointState.DISABLED)
    await emitter.outbox.record(joined(clock))
    await emitter.worker.idle()
    assert receiver.requests == []
