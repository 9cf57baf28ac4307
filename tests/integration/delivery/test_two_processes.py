"""Two processes on one PostgreSQL: what one changes of an endpoint is what the other goes by."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from statistics import median

import pytest
from sqlalchemy import update

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.outbox.endpoint_registry import EndpointEdit, Limits
from bot.outbox.endpoints import Endpoint, NewEndpoint
from bot.outbox.tables import DeliveryState, EndpointState
from bot.outbox.tables import endpoint as table
from tests.support.emitter_setup import GUILD, add_endpoint, change_state, config_for, joined
from tests.support.lossy_line import lossy_line
from tests.support.postgres import PostgresServer
from tests.support.receiver import Receiver, status
from tests.support.rows import states
from tests.support.watched import Watched, end_listener, until_index

PROMISED = 1.0  # second, until the other process knows


@dataclass(frozen=True, slots=True)
class Two:
    """One in which people change endpoints, and one in which things happen."""

    editor: Emitter
    other: Emitter

    async def know(self, endpoint: Endpoint) -> None:
        """Return when the other has that endpoint as it is."""
        index = self.other.lanes.index
        await until_index(index, lambda: index.get(endpoint.id) == endpoint)


@pytest.fixture
async def two(postgres_url: str, clock: ManualClock) -> AsyncGenerator[Two]:
    """Only the other listens: the editor's own notifications are its own business."""
    config = config_for(postgres_url, jitter=0)
    editor, other = [await Emitter.open(config, clock) for _ in range(2)]
    begun = Watched(other.database, "a topic of nobody's")
    await other.start()
    await begun.has(1)
    yield Two(editor, other)
    await other.stop()
    await editor.stop()


@pytest.fixture
async def known(two: Two, receiver: Receiver) -> Endpoint:
    """An endpoint that was created in one, and that the other knows."""
    endpoint, _ = await add_endpoint(two.editor, receiver.url(), secret=receiver.secret)
    await two.know(endpoint)
    return endpoint


async def test_what_was_created_in_one_gets_what_happens_in_the_other(
    two: Two, known: Endpoint, receiver: Receiver, clock: ManualClock
) -> None:
    event_id = await two.other.outbox.record(joined(clock))
    assert await receiver.has(1) == [str(event_id)]
    assert two.other.lanes.index.get(known.id) == known


async def test_an_edit_is_what_the_other_sends_by(
    two: Two, known: Endpoint, receiver: Receiver, clock: ManualClock
) -> None:
    await two.other.outbox.record(joined(clock))
    await receiver.has(1, "/hook")
    edit = EndpointEdit("backend", receiver.url("/moved"), "", {"X-Otter": "wet"})
    async with two.editor.database.transaction() as tx:
        edited = await two.editor.registry.edit(tx, known, clock.now(), edit)
    assert edited is not None
    await two.know(edited)
    await two.other.outbox.record(joined(clock))
    await receiver.has(1, "/moved")
    assert receiver.requests[-1].headers["X-Otter"] == "wet"
    assert len(receiver.at("/hook")) == 1


async def test_a_fresh_secret_is_what_the_other_signs_with(
    two: Two, known: Endpoint, receiver: Receiver, clock: ManualClock
) -> None:
    await two.other.outbox.record(joined(clock))
    await receiver.has(1)
    async with two.editor.database.transaction() as tx:
        rotated = await two.editor.registry.rotate(tx, known, clock.now())
        assert rotated is not None
        waiting, receiver.secret = rotated
        endpoint = await two.editor.registry.end_rotation(tx, waiting, clock.now(), switches=True)
    assert endpoint is not None
    await two.know(endpoint)
    await two.other.outbox.record(joined(clock))
    await receiver.has(2)


async def test_patterns_filter_and_limit_are_what_the_other_goes_by(
    two: Two, known: Endpoint, clock: ManualClock
) -> None:
    index = two.other.lanes.index
    async with two.editor.database.transaction() as tx:
        limits = Limits("data.user_id == '8'", 0, rate_limit=1)
        limited = await two.editor.registry.limit(tx, known, clock.now(), limits)
    assert limited is not None
    await two.know(limited)
    assert await two.other.outbox.record(joined(clock, 7)) is None
    assert await two.other.outbox.record(joined(clock, 8)) is not None
    await two.other.worker.idle()
    assert two.other.lanes.pace.holds_back(known.id)
    async with two.editor.database.transaction() as tx:
        narrowed = await two.editor.registry.subscribe(tx, limited, ["case.*"], clock.now())
    assert narrowed is not None
    await two.know(narrowed)
    assert index.subscribed(GUILD, "member.joined") == ()
    assert index.subscribed(GUILD, "case.created") == (narrowed,)


async def test_a_pause_holds_what_the_other_emits_until_the_end_of_it(
    two: Two, known: Endpoint, receiver: Receiver, clock: ManualClock
) -> None:
    await two.know(await change_state(two.editor, known.id, EndpointState.PAUSED))
    event_id = await two.other.outbox.record(joined(clock))
    await two.other.worker.idle()
    assert receiver.requests == []
    await change_state(two.editor, known.id, EndpointState.ACTIVE)
    assert await receiver.has(1) == [str(event_id)]


async def test_what_was_disabled_in_one_misses_what_happens_in_the_other(
    two: Two, known: Endpoint, receiver: Receiver, clock: ManualClock
) -> None:
    await two.know(await change_state(two.editor, known.id, EndpointState.DISABLED))
    await two.other.outbox.record(joined(clock))
    await two.other.worker.idle()
    assert list((await states(two.other.database)).values()) == [DeliveryState.MISSED]
    assert receiver.requests == []


async def test_what_was_deleted_in_one_is_owed_nothing_by_the_other(
    two: Two, known: Endpoint, clock: ManualClock
) -> None:
    index = two.other.lanes.index
    async with two.editor.database.transaction() as tx:
        assert await two.editor.registry.delete(tx, known)
    await until_index(index, lambda: index.get(known.id) is None)
    assert await two.other.outbox.record(joined(clock)) is None


async def test_what_one_switched_off_the_other_leaves_alone(
    two: Two, receiver: Receiver, clock: ManualClock
) -> None:
    await two.editor.start()
    index = two.other.lanes.index
    receiver.behave = status(410)
    gone, _ = await add_endpoint(
        two.editor, receiver.url(), secret=receiver.secret, dialect="standard"
    )
    await two.know(gone)
    await two.editor.outbox.record(joined(clock))

    def is_off() -> bool:
        endpoint = index.get(gone.id)
        return endpoint is not None and endpoint.state is EndpointState.AUTO_DISABLED

    await until_index(index, is_off)
    await two.other.outbox.record(joined(clock))
    await two.other.worker.idle()
    assert len(receiver.requests) == 1


async def test_what_a_later_version_made_is_left_to_it(
    two: Two, known: Endpoint, receiver: Receiver, clock: ManualClock
) -> None:
    async with two.editor.database.transaction() as tx:
        new = NewEndpoint(GUILD, "new", receiver.url(), "standard", ("*",), created_by_id=4)
        strange, _ = await two.editor.registry.add(tx, new, clock.now())
        await tx.execute(update(table).where(table.c.id == strange.id).values(dialect="sonar"))
    ours, _ = await add_endpoint(two.editor, receiver.url(), name="ours", secret=receiver.secret)
    await two.know(ours)
    assert two.other.lanes.index.get(strange.id) is None
    await two.other.outbox.record(joined(clock))
    await receiver.has(2)
    assert len(await states(two.other.database)) == 2


async def test_the_other_knows_within_a_second(two: Two, known: Endpoint) -> None:
    took: list[float] = []
    loop = asyncio.get_running_loop()
    for number in range(21):
        state = EndpointState.ACTIVE if number % 2 else EndpointState.PAUSED
        changed = await change_state(two.editor, known.id, state)
        committed = loop.time()
        await two.know(changed)
        took.append(loop.time() - committed)
    assert median(took) < PROMISED


async def test_what_changed_while_the_other_could_not_hear_it_is_known_after(
    two: Two, known: Endpoint, postgres: PostgresServer, receiver: Receiver
) -> None:
    leaves, _ = await add_endpoint(two.editor, receiver.url(), name="leaves")
    await two.know(leaves)
    index = two.other.lanes.index
    async with end_listener(postgres, two.editor.database):
        paused = await change_state(two.editor, known.id, EndpointState.PAUSED)
        comes, _ = await add_endpoint(two.editor, receiver.url(), name="comes")
        async with two.editor.database.transaction() as tx:
            assert await two.editor.registry.delete(tx, leaves)
        assert index.get(known.id) == known
    await until_index(index, lambda: index.get(leaves.id) is None)
    for endpoint in (paused, comes):
        await two.know(endpoint)


async def test_a_pause_whose_commit_went_unanswered_is_known_here_as_well(
    postgres_url: str, clock: ManualClock
) -> None:
    async with lossy_line(postgres_url) as (line, url):
        emitter = await Emitter.open(config_for(url), clock)
        begun = Watched(emitter.database, "a topic of nobody's")
        await emitter.start()
        await begun.has(1)
        endpoint, _ = await add_endpoint(emitter, "http://127.0.0.1:9/")
        index = emitter.lanes.index

        def is_paused() -> bool:
            known = index.get(endpoint.id)
            return known is not None and known.state is EndpointState.PAUSED

        await emitter.worker.idle()
        line.lose_answer()
        await change_state(emitter, endpoint.id, EndpointState.PAUSED)
        assert is_paused()
        await emitter.stop()
