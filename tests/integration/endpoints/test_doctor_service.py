"""`/webhook doctor` below Discord, on both engines: whose, how often, and what it leaves behind."""

import asyncio
import json

import pytest

from bot.app import App
from bot.clock import ManualClock
from bot.delivery.doctor import GuardedDoor
from bot.delivery.emitter import Emitter
from bot.delivery.failures import Deadlines
from bot.errors import NotFound, UserError
from bot.features.endpoints import ENDPOINTS
from bot.features.endpoints.doctor import DoctorService
from bot.features.endpoints.doctor_grades import Grade, overall
from bot.features.endpoints.doctor_probes import Doctor
from bot.features.endpoints.edits import Rotation
from bot.outbox.endpoint_registry import DeliveryTerms, EndpointEdit
from bot.outbox.endpoints import Endpoint
from bot.outbox.tables import EndpointState
from tests.conftest import OpenEmitter
from tests.integration.delivery.receivers import Receiver as ScriptedReceiver
from tests.integration.delivery.receivers import Talk
from tests.integration.endpoints.endpoints_env import (
    ADMIN,
    STRANGER,
    editing_of,
    endpoints_of,
    ports_of,
    rows,
)
from tests.support import doctor_receivers
from tests.support.doctor_receivers import Receiver, answering
from tests.support.emitter_setup import add_endpoint, change_state, config_for
from tests.support.patience import PATIENCE

TOO_SOON = "“backend” was examined just now; you can examine it again in {} second{}."
BUSY = "A webhook of this server is being examined now; wait until that has ended."


def doctor_of(emitter: Emitter) -> DoctorService:
    """The service, as the application builds it."""
    doctor = Doctor(GuardedDoor(emitter.guard, Deadlines()), emitter.clock)
    return DoctorService(ports_of(emitter), emitter.vault, doctor=doctor)


async def added(emitter: Emitter, receiver: Receiver, name: str = "backend") -> Endpoint:
    """An endpoint that hears nothing of the audit log, so that all it gets is the doctor's."""
    endpoint, _secret = await add_endpoint(
        emitter,
        receiver.url,
        name=name,
        patterns=("member.*",),
        secret=receiver.secret,
        dialect=receiver.dialect,
    )
    return endpoint


@pytest.fixture
def timely(clock: ManualClock) -> doctor_receivers.Believes:
    """The page's code by the test's clock."""
    return lambda came: doctor_receivers.believes(came, now=clock.now().timestamp())


async def test_nothing_is_left_but_one_entry_of_the_audit_log(
    emitter: OpenEmitter, timely: doctor_receivers.Believes
) -> None:
    running = await emitter()
    async with Receiver(believes=timely) as receiver:
        await added(running, receiver)
        before = await rows(running.database)
        examined = await doctor_of(running).examine(ADMIN, "BACKEND")
        after = await rows(running.database)
    assert overall(examined.findings) is Grade.PASS
    assert len(receiver.came) == 17
    assert {one.headers["Phantom-Event-Type"] for one in receiver.came} == {
        "test.ping",
        "member.left",
    }
    (entry,) = after.pop("audit_entry")
    assert before.pop("audit_entry") == []
    assert after == before
    assert entry["event_type"] == "endpoint.examined"
    assert entry["summary"] == "harbour_master had the doctor examine the webhook “backend”."
    assert receiver.secret not in str(entry)


@pytest.mark.parametrize("state", [s for s in EndpointState if s is not EndpointState.ACTIVE])
async def test_an_endpoint_that_receives_nothing_is_examined_and_stays_so(
    emitter: OpenEmitter, state: EndpointState
) -> None:
    running = await emitter()
    async with Receiver(takes=answering(500)) as receiver:
        endpoint = await added(running, receiver)
        await change_state(running, endpoint.id, state)
        before = (await rows(running.database))["endpoint"]
        examined = await doctor_of(running).examine(ADMIN, "backend")
        assert (await rows(running.database))["endpoint"] == before
    assert overall(examined.findings) is Grade.FAIL
    assert examined.endpoint.state is state


async def test_its_requests_are_those_of_a_delivery(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    running = await emitter()
    async with Receiver("vektor") as receiver:
        endpoint = await added(running, receiver)
        edit = EndpointEdit(endpoint.name, endpoint.url, "", {"Authorization": "Bearer t0ken"})
        async with running.database.transaction() as tx:
            assert await running.registry.edit(tx, endpoint, clock.now(), edit) is not None
        assert overall((await doctor_of(running).examine(ADMIN, "backend")).findings) is Grade.PASS
    assert {one.headers["Authorization"] for one in receiver.came} == {"Bearer t0ken"}
    assert {one.headers["X-Webhook-Id"] for one in receiver.came} == {str(endpoint.uuid)}
    assert {one.headers["X-Attempt"] for one in receiver.came} == {"1", "2"}


async def test_another_guilds_endpoint_is_as_unknown_as_none(emitter: OpenEmitter) -> None:
    running = await emitter()
    async with Receiver() as receiver:
        await added(running, receiver)
        for actor, name in ((STRANGER, "backend"), (ADMIN, "nothing")):
            with pytest.raises(NotFound):
                await doctor_of(running).examine(actor, name)
        assert receiver.came == []


async def test_a_minute_between_two_examinations_of_one_endpoint(
    emitter: OpenEmitter, clock: ManualClock, timely: doctor_receivers.Believes
) -> None:
    running = await emitter()
    doctor = doctor_of(running)
    async with Receiver(believes=timely) as receiver:
        await added(running, receiver)
        await added(running, receiver, "second")
        await doctor.examine(ADMIN, "backend")
        await doctor.examine(ADMIN, "second")
        for seconds, left, plural in ((0, 60, "s"), (10.5, 50, "s"), (49, 1, "")):
            clock.advance(seconds)
            with pytest.raises(UserError, match=TOO_SOON.format(left, plural)):
                await doctor.examine(ADMIN, "backend")
        assert len(receiver.came) == 34
        clock.advance(0.5)
        await doctor.examine(ADMIN, "backend")
        assert len(receiver.came) == 51


async def test_a_guild_examines_one_at_a_time_and_is_free_again_after_a_breakdown(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    running = await emitter()
    doctor = doctor_of(running)
    came = asyncio.Event()

    async def hang(receiver: Receiver, _came: doctor_receivers.Came) -> doctor_receivers.Response:
        came.set()
        return await doctor_receivers.hang(receiver, _came)

    async with Receiver(believes=doctor_receivers.anybody, takes=hang) as receiver:
        await added(running, receiver)
        await added(running, receiver, "second")
        examining = asyncio.create_task(doctor.examine(ADMIN, "backend"))
        async with asyncio.timeout(PATIENCE):
            await came.wait()
        with pytest.raises(UserError, match=BUSY):
            await doctor.examine(ADMIN, "second")
        examining.cancel()
        await asyncio.gather(examining, return_exceptions=True)
        receiver.let_go.set()
        assert (await doctor.examine(ADMIN, "second")).endpoint.name == "second"


@pytest.mark.parametrize("dialect", ["phantom", "standard"])
async def test_while_a_secret_waits_the_one_in_use_is_asked(
    emitter: OpenEmitter, timely: doctor_receivers.Believes, dialect: str
) -> None:
    running = await emitter()
    async with Receiver(dialect, believes=timely) as receiver:
        await added(running, receiver)
        rotated = await editing_of(running).rotate(ADMIN, "backend", Rotation.KEEP_OLD)
        first = await doctor_of(running).examine(ADMIN, "backend")
        receiver.secret = rotated.secret
        second = await doctor_of(running).examine(ADMIN, "backend")
    assert overall(first.findings) is Grade.PASS
    # Requests of `standard` carry both signatures, as its deliveries do.
    wanted = Grade.PASS if dialect == "standard" else Grade.FAIL
    assert overall(second.findings) is wanted


async def test_an_address_that_was_allowed_once_is_refused_as_for_a_delivery(
    emitter: OpenEmitter,
) -> None:
    running = await emitter()
    async with Receiver() as receiver:
        receiver.url = receiver.url.replace("127.0.0.1", "10.0.0.1")
        await added(running, receiver)
        examined = await doctor_of(running).examine(ADMIN, "backend")
    assert examined.findings[0].seen.startswith("no answer (blocked_address: blocked")
    assert [e.name for e in await endpoints_of(running).list(ADMIN.guild_id)] == ["backend"]


async def test_deadline_and_livemode_are_the_instances(sqlite_url: str, clock: ManualClock) -> None:
    config = config_for(sqlite_url, connect_timeout=0.3, total_timeout=0.3, livemode=False)
    app = await App.open(config, clock)
    await app.start()
    try:
        async with Receiver(
            believes=doctor_receivers.anybody, takes=doctor_receivers.hang
        ) as receiver:
            await added(app.emitter, receiver)
            examined = await app.parts[ENDPOINTS].doctor.examine(ADMIN, "backend")
    finally:
        await app.stop()
    assert "no answer within 0.3 s" in examined.findings[0].seen
    assert [json.loads(came.body)["livemode"] for came in receiver.came] == [False]


async def test_the_endpoints_own_timeout_holds_here_too(emitter: OpenEmitter) -> None:
    async def mute(talk: Talk) -> None:
        await talk.request()
        await talk.gone()

    running = await emitter()
    async with ScriptedReceiver(mute) as receiver:
        url = f"http://127.0.0.1:{receiver.port}/"
        endpoint, _ = await add_endpoint(running, url, patterns=("member.*",))
        async with running.database.transaction() as tx:
            terms = DeliveryTerms(answer_seconds=1)
            await running.registry.limit(tx, endpoint, running.clock.now(), terms)
        examined = await doctor_of(running).examine(ADMIN, "backend")
    assert "no answer within 1 s" in examined.findings[0].seen
