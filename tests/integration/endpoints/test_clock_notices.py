"""A clock that is minutes off: heard on the socket, told to whoever owns a webhook."""

from datetime import timedelta
from email.utils import format_datetime

from aiohttp import ClientSession

from bot.client.acts import DiscordActs
from bot.client.client import HeraldClient
from bot.clock import ManualClock
from bot.clock_skew import DISCORD, ClockSkew
from bot.delivery.emitter import Emitter
from bot.delivery.failures import Deadlines
from bot.delivery.guard import Guard
from bot.delivery.sender import Sender
from bot.feature import Parts
from bot.features.endpoints import ENDPOINTS
from bot.outbox.tables import EndpointState
from tests.conftest import OpenEmitter
from tests.integration.delivery.local_sender import HOME, at_home, post
from tests.integration.delivery.receivers import Receiver, answers
from tests.support.emitter_setup import GUILD, add_endpoint, change_state
from tests.support.fake_acts import FakeActs
from tests.support.features import features_on

CREATOR = 4
URL = "https://hooks.example.com/"
MINUTES = timedelta(minutes=4)


def hear(skew: ClockSkew, clock: ManualClock, slow: timedelta) -> None:
    """Discord says twice that our clock is so much behind."""
    for _time in range(2):
        skew.heard(DISCORD, format_datetime(clock.now() + slow, usegmt=True), clock.now())
        clock.advance(60)


async def test_the_dates_of_answers_are_heard_on_the_socket(clock: ManualClock) -> None:
    date = format_datetime(clock.now() + MINUTES, usegmt=True)
    answer = f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n".encode()
    guard, skew = Guard(HOME, at_home), ClockSkew()
    sender = Sender(guard, Deadlines(), clock=clock, skew=skew)
    await sender.start()
    async with Receiver(answers(answer), host="0.0.0.0") as receiver:
        for number in (1, 2, 3, 4):  # the last confirms it
            url = guard.parse(f"http://127.0.0.{number}:{receiver.port}/")
            assert (await post(sender, url)).status == 200
            clock.advance(20)
    await sender.close()

    assert skew.is_off
    assert skew.seconds is not None
    assert -245 < skew.seconds < -150


async def test_the_dates_of_discords_answers_are_heard(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    parts = features_on(await emitter(), clock, acts=DiscordActs(clock))
    client = HeraldClient(parts, ())
    date = format_datetime(clock.now() + MINUTES, usegmt=True)
    answer = f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 0\r\n\r\n".encode()
    trace = client.http.http_trace
    assert trace is not None
    async with Receiver(answers(answer)) as receiver, ClientSession(trace_configs=[trace]) as http:
        await http.get(f"http://127.0.0.1:{receiver.port}/")

    assert parts.core.skew.seconds is not None
    assert -242 < parts.core.skew.seconds < -238


async def told(running: Emitter, clock: ManualClock, skew_by: timedelta) -> tuple[Parts, FakeActs]:
    """What the features said on Discord of a clock that is so much behind."""
    acts = FakeActs()
    acts.enter(CREATOR)
    parts = features_on(running, clock, acts=acts)
    hear(parts.core.skew, clock, skew_by)
    await parts[ENDPOINTS].clock_notices.owe_all()
    await parts.core.posts.sweep()
    return parts, acts


async def test_whoever_added_a_webhook_is_told_once(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    running = await emitter()
    for name in ("one", "two"):
        await add_endpoint(running, URL, name=name)

    _parts, acts = await told(running, clock, MINUTES)

    ((user_id, letter),) = acts.letters
    assert user_id == CREATOR
    assert letter.text is not None
    assert "4 minutes slow" in letter.text


async def test_nobody_is_told_whom_it_does_not_concern(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    running = await emitter()
    await add_endpoint(running, URL, name="no time in it", dialect="vektor")
    off, _ = await add_endpoint(running, URL, name="off")
    await change_state(running, off.id, EndpointState.DISABLED)

    _parts, acts = await told(running, clock, MINUTES)

    assert acts.letters == []


async def test_nobody_is_told_of_a_clock_that_is_right(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    running = await emitter()
    await add_endpoint(running, URL, guild_id=GUILD)

    parts, acts = await told(running, clock, timedelta(seconds=20))

    assert (parts.core.skew.is_off, acts.letters) == (False, [])
