"""Pausing, resuming, disabling and enabling, alone and while somebody else changes it."""

import asyncio

import pytest
from sqlalchemy import text

from bot.delivery.emitter import Emitter
from bot.errors import UserError
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import EndpointState
from tests.conftest import OpenEmitter
from tests.integration.endpoints.endpoints_env import ADMIN, endpoints_of, entries, rows
from tests.support.emitter_setup import add_endpoint, change_state, config_for, joined
from tests.support.patience import PATIENCE
from tests.support.receiver import SECRET, Receiver

LOCAL = "http://127.0.0.1:9/hook"


def kept(running: Emitter, endpoint: Endpoint) -> Endpoint | None:
    """The endpoint as emitting sees it."""
    return running.lanes.index.get(endpoint.id)


async def test_a_change_moves_row_index_and_audit_log_together(emitter: OpenEmitter) -> None:
    running = await emitter()
    service = endpoints_of(running)
    endpoint, _ = await add_endpoint(running, LOCAL, patterns=("member.*",))
    for change, state in (
        (service.pause, EndpointState.PAUSED),
        (service.resume, EndpointState.ACTIVE),
        (service.disable, EndpointState.DISABLED),
        (service.enable, EndpointState.ACTIVE),
    ):
        changed = await change(ADMIN, "Backend")
        assert changed.state is state
        assert kept(running, endpoint) == changed
        assert await service.get(ADMIN.guild_id, "backend") == changed
    assert await entries(running.database) == [
        "endpoint.paused",
        "endpoint.resumed",
        "endpoint.disabled",
        "endpoint.enabled",
    ]


async def test_enabling_forgets_the_failures(emitter: OpenEmitter) -> None:
    running = await emitter()
    endpoint, _ = await add_endpoint(running, LOCAL, patterns=("member.*",))
    async with running.database.transaction() as tx:
        await tx.execute(text("UPDATE endpoint SET failures = 30"))
    await change_state(running, endpoint.id, EndpointState.AUTO_DISABLED)
    enabled = await endpoints_of(running).enable(ADMIN, "backend")
    assert enabled.failures == 0
    assert (await rows(running.database))["endpoint"][0]["failures"] == 0


async def test_what_was_held_goes_out_on_resuming(emitter: OpenEmitter, receiver: Receiver) -> None:
    running = await emitter()
    service = endpoints_of(running)
    await add_endpoint(running, receiver.url(), patterns=("member.*",), secret=SECRET)
    await service.pause(ADMIN, "backend")
    for user_id in range(3):
        await running.outbox.record(joined(running.clock, user_id))
    assert await service.pending_count(ADMIN.guild_id, "backend") == 3
    await service.resume(ADMIN, "backend")
    await receiver.has(3)
    await running.worker.idle()
    assert await service.pending_count(ADMIN.guild_id, "backend") == 0


async def test_many_who_pause_at_once_pause_once(emitter: OpenEmitter) -> None:
    running = await emitter()
    service = endpoints_of(running)
    await add_endpoint(running, LOCAL, patterns=("member.*",))
    outcomes = await asyncio.gather(
        *(service.pause(ADMIN, "backend") for _ in range(5)), return_exceptions=True
    )
    refusals = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    assert [type(refusal) for refusal in refusals] == [UserError] * 4
    assert await entries(running.database) == ["endpoint.paused"]


# Only there can somebody change a row between another's reading and writing it.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_loses_a_race_is_told_so(emitter: OpenEmitter) -> None:
    running = await emitter()
    service = endpoints_of(running)
    endpoint, _ = await add_endpoint(running, LOCAL, patterns=("member.*",))
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with running.database.transaction() as tx:
        await running.registry.change_state(tx, endpoint, EndpointState.PAUSED, running.clock.now())
        late = asyncio.create_task(service.disable(ADMIN, "backend"))
        async with asyncio.timeout(PATIENCE):
            while not (await tx.execute(waiting)).scalar_one():
                assert not late.done()
    with pytest.raises(UserError) as refused:
        await late
    assert str(refused.value) == (
        "Somebody changed “backend” just now; look at it again, then decide."
    )
    assert await entries(running.database) == []
    found = kept(running, endpoint)
    assert found is not None
    assert found.state is EndpointState.PAUSED


async def test_a_restart_finds_the_states_as_they_were_left(
    emitter: OpenEmitter, database_url: str
) -> None:
    running = await emitter()
    await add_endpoint(running, LOCAL, patterns=("member.*",))
    await endpoints_of(running).pause(ADMIN, "backend")
    await running.stop()
    again = await Emitter.open(config_for(database_url), running.clock)
    (found,) = again.lanes.index.all()
    assert found.state is EndpointState.PAUSED
    await again.database.close()
