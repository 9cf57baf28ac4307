"""A COMMIT whose answer is lost in the emitter: nothing twice, nothing under two ids, no wait."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from datetime import timedelta
from typing import Any

import pytest

from bot.catalogue.members import MemberLeft
from bot.clock import Clock, ManualClock
from bot.config import DeliveryConfig
from bot.delivery.emitter import Emitter, policy_of
from bot.errors import EventTooLarge
from bot.features.audit.service import AuditService
from bot.features.audit.tables import audit_entry
from bot.features.members.roster import Roster
from bot.outbox.startup import open_vault
from bot.outbox.tables import EndpointState, event
from bot.storage.commits import DatabaseTimes
from bot.storage.database import Database
from bot.storage.migrate import migrate
from tests.support.emitter_setup import GUILD, add_endpoint, change_state, config_for, joined
from tests.support.lossy_line import LossyLine, lossy_line
from tests.support.receiver import Receiver, status
from tests.support.rows import rows, states
from tests.support.watched import Watched, until_index


def left(clock: Clock) -> MemberLeft:
    """Somebody goes."""
    return MemberLeft(
        guild_id=GUILD,
        user_id=7,
        username="otter",
        is_bot=False,
        kind="left",
        left_at=clock.now(),
    )


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
    line.lose_answer()
    assert await members.tell(left(clock))
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


async def recorded(emitter: Emitter) -> object:
    """A fact without a row of its own."""
    return await emitter.outbox.record(joined(emitter.clock))


async def departed(emitter: Emitter) -> object:
    """A fact with rows that say the same, however often it is told."""

    async def wants(_guild_id: int) -> bool:
        return True

    members = Roster(emitter.database, emitter.outbox, wants=wants)
    members.start()
    told = await members.tell(left(emitter.clock))
    await members.stop()
    return told


async def reported(emitter: Emitter) -> object:
    """An entry of the audit log that nobody waits for."""
    reports = emitter.outbox.reports
    reports.use(AuditService(emitter.outbox, emitter.clock))
    reports.too_large(joined(emitter.clock), EventTooLarge("member.joined", size=2, limit=1))
    await reports.drained()
    return True


@pytest.mark.parametrize("tell", [recorded, departed])
async def test_what_nobody_can_tell_is_written_again_under_the_same_id(
    postgres_url: str,
    clock: ManualClock,
    receiver: Receiver,
    tell: Callable[[Emitter], Coroutine[Any, Any, object]],
) -> None:
    async with lossy_line(postgres_url) as (line, url):
        emitter = await impatient(url, clock)
        await emitter.start()
        await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
        await emitter.worker.idle()
        doubts = Watched(emitter.database, "anything")
        line.lose_answer(leaves=True)
        telling = asyncio.create_task(tell(emitter))
        await doubts.has(1)  # all of it is to be read anew: nobody could tell
        line.come_back()
        assert await telling
        await receiver.has(1)
        clock.advance(
            DeliveryConfig().lease_seconds + 1
        )  # of the one that is there and nobody knew of
        await receiver.has(2)
        await emitter.worker.idle()
        found = await rows(emitter.database, event)
        assert len(found) == 2
        assert {request.id for request in receiver.requests} == {str(found[0]["uuid"])}
        assert found[0]["uuid"] == found[1]["uuid"]
        await emitter.stop()


async def test_an_entry_that_nobody_can_tell_of_stands_once(
    postgres_url: str, clock: ManualClock, receiver: Receiver
) -> None:
    async with lossy_line(postgres_url) as (line, url):
        emitter = await impatient(url, clock)
        await emitter.start()
        await add_endpoint(emitter, receiver.url(), secret=receiver.secret)
        await emitter.worker.idle()
        doubts = Watched(emitter.database, "anything")
        line.lose_answer(leaves=True)
        telling = asyncio.create_task(reported(emitter))
        await doubts.has(1)
        line.come_back()
        await telling
        clock.advance(DeliveryConfig().lease_seconds + 1)
        await receiver.has(1)
        await emitter.worker.idle()
        (entry,) = await rows(emitter.database, audit_entry)
        (told,) = await rows(emitter.database, event)
        assert [one.id for one in receiver.requests] == [str(told["uuid"])]
        assert receiver.requests[0].json["data"]["entry_id"] == entry["id"]
        await emitter.stop()


async def impatient(url: str, clock: ManualClock) -> Emitter:
    """An emitter that asks half a second long what became of a commit."""
    config = config_for(url, jitter=0)
    database = Database(url, times=DatabaseTimes(statement=5.0, doubt=0.5))
    await database.open()
    await migrate(database)
    vault = await open_vault(config, database)
    policy = policy_of(config)
    emitter = Emitter(config, database, vault=vault, clock=clock, policy=policy)
    await emitter.refresh.load()
    return emitter
