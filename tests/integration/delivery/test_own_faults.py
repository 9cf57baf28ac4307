"""Whose fault a failure is: what this machine lacks, and a network that is down, blame nobody."""

import os
import resource
import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from bot.clock import ManualClock
from bot.clock_skew import DISCORD
from bot.delivery.emitter import Emitter
from bot.dialects.base import Reach
from bot.kept_texts import NO_AUTHORITIES
from bot.outbox.tables import EndpointState
from tests.conftest import OpenEmitter
from tests.integration.delivery.local_sender import HASTY, HOST, plain, post, secure, sending
from tests.integration.delivery.receivers import OK, Authority, Receiver, Talk, answers
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, joined
from tests.support.receiver import Receiver as Verifying
from tests.support.receiver import status

FIVE = range(5)
ROUNDS = 12


@pytest.fixture
def no_name_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that cannot exist are answered at once, as where no name server is in reach."""
    asked = socket.getaddrinfo

    def answered(host: str, *rest: Any, **more: Any) -> Any:
        if host.rstrip(".").endswith(".invalid"):
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return asked(host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", answered)


@contextmanager
def no_files_left() -> Generator[None]:
    """This process may open nothing more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    first_free = os.open(os.devnull, os.O_RDONLY)
    resource.setrlimit(resource.RLIMIT_NOFILE, (first_free, hard))
    os.close(first_free)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_too_many_open_files_are_ours() -> None:
    async with Receiver(answers(OK)) as receiver, sending() as sender:
        with no_files_left():
            answer = await post(sender, plain(receiver))

    assert (answer.error, answer.detail) == ("connection", "connect: too many open files")
    assert answer.reach is Reach.OURS


async def test_a_machine_without_authorities_says_so(tmp_path: Path) -> None:
    server, nobody = Authority(tmp_path).server(HOST), ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    async with Receiver(answers(OK), tls=server) as receiver, sending(ssl=nobody) as sender:
        answer = await post(sender, secure(receiver))

    assert answer.reach is Reach.OURS
    assert answer.detail == f"certificate: {NO_AUTHORITIES}"


@pytest.mark.parametrize(
    ("since", "days", "reach"),
    [(-30, 1, Reach.TRUSTED), (-30, -1, Reach.WRONG_TIME), (1, 2, Reach.WRONG_TIME)],
)
async def test_a_certificate_tells_of_our_clock(
    tmp_path: Path, since: int, days: int, reach: Reach
) -> None:
    authority = Authority(tmp_path)
    server = authority.server(HOST, since=since, days=days)
    async with (
        Receiver(answers(OK), tls=server) as receiver,
        sending(ssl=authority.client()) as sender,
    ):
        assert (await post(sender, secure(receiver))).reach is reach


async def test_a_stranger_among_authorities_is_not_trusted(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    known, other = Authority(tmp_path, "One"), Authority(tmp_path / "other", "Other")
    async with (
        Receiver(answers(OK), tls=other.server(HOST)) as receiver,
        sending(ssl=known.client()) as sender,
    ):
        assert (await post(sender, secure(receiver))).reach is Reach.UNKNOWN_AUTHORITY


async def once_and_then_mute(talk: Talk) -> None:
    await talk.request()
    await talk.send(OK)
    await talk.request()
    await talk.gone(seconds=10)


async def test_a_kept_connection_that_falls_mute_proves_no_network() -> None:
    async with Receiver(once_and_then_mute) as receiver, sending(limits=HASTY) as sender:
        first = await post(sender, plain(receiver))
        second = await post(sender, plain(receiver))

    assert (first.reach, second.error) == (Reach.NETWORK, "timeout")
    assert (second.reach, receiver.connections) == (Reach.NOWHERE, 1)


async def fail_often(running: Emitter, clock: ManualClock, urls: list[str]) -> list[EndpointState]:
    """Endpoints that all fail, each tried a dozen times; where they stand then."""
    for number, url in enumerate(urls):
        await add_endpoint(running, url, name=f"n{number}", secret="s")
    for number in range(ROUNDS):
        await running.outbox.record(joined(clock, number))
        await quiet(running)
        clock.advance(20)
    await quiet(running)
    found = running.lanes.index.all()
    assert all(one.state is not EndpointState.ACTIVE or one.failures < 6 for one in found)
    return [one.state for one in found]


async def test_five_that_refuse_are_switched_off_like_any_other(
    emitter: OpenEmitter, clock: ManualClock
) -> None:
    async with Verifying() as gone:
        port = gone.url("").rpartition(":")[2]
    running = await emitter(jitter=0, disable_after=6)
    urls = [f"http://127.0.0.{number + 1}:{port}/" for number in FIVE]

    assert set(await fail_often(running, clock, urls)) == {EndpointState.AUTO_DISABLED}


@pytest.mark.usefixtures("no_name_server")
@pytest.mark.parametrize("heard", [True, False])
async def test_five_that_nobody_can_reach_are_to_blame_where_discord_can_be(
    emitter: OpenEmitter, clock: ManualClock, heard: bool
) -> None:
    running = await emitter(jitter=0, disable_after=6)
    running.faults.is_heard = lambda: heard
    urls = [f"https://n{number}.invalid/hook" for number in FIVE]

    after = EndpointState.AUTO_DISABLED if heard else EndpointState.ACTIVE
    assert set(await fail_often(running, clock, urls)) == {after}


@pytest.mark.usefixtures("no_name_server")
@pytest.mark.parametrize("heard", [True, False, None])
async def test_the_only_receiver_is_not_to_blame_for_a_network_that_is_down(
    emitter: OpenEmitter, clock: ManualClock, heard: bool | None
) -> None:
    running = await emitter(jitter=0, disable_after=6)
    running.faults.is_heard = lambda: heard

    after = EndpointState.ACTIVE if heard is False else EndpointState.AUTO_DISABLED
    assert await fail_often(running, clock, ["https://only.invalid/hook"]) == [after]


@pytest.mark.parametrize(("minutes", "times"), [(6, 2), (6, 1), (0, 2)])
async def test_what_receivers_refuse_while_our_clock_is_wrong_is_not_theirs(
    emitter: OpenEmitter, clock: ManualClock, minutes: int, times: int
) -> None:
    """Found once it may be so, and a webhook switched off meanwhile would stay off."""
    running = await emitter(jitter=0, disable_after=6)
    for _time in range(times):
        theirs = clock.now() + timedelta(minutes=minutes)
        running.skew.heard(DISCORD, format_datetime(theirs, usegmt=True), clock.now())
        clock.advance(60)
    async with Verifying() as receiver:
        receiver.behave = status(401)
        after = EndpointState.ACTIVE if minutes else EndpointState.AUTO_DISABLED
        assert await fail_often(running, clock, [receiver.url()]) == [after]
