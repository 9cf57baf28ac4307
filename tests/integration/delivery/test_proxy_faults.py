"""A proxy that is down, refuses or lies: its operator's fault, said in words, and no receiver's."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.clock import ManualClock
from bot.config import EgressConfig
from bot.delivery.emitter import Emitter
from bot.dialects.base import Reach
from bot.outbox.tables import EndpointState
from tests.integration.delivery.local_sender import HASTY, HOST, post, secure, sending
from tests.integration.delivery.proxies import OPEN, answering, forwarding, way
from tests.integration.delivery.receivers import OK, Authority, Receiver, Script, Talk, answers
from tests.support.emitter_idle import quiet
from tests.support.emitter_setup import add_endpoint, config_for, joined

PASSWORD = "quiet-otter-7"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder: Path = tmp_path_factory.mktemp("certificates")
    return Authority(folder)


async def mute(talk: Talk) -> None:
    await talk.gone()


async def hang_up(talk: Talk) -> None:
    await talk.request()


def refusing(status: str) -> Script:
    return answering(f"HTTP/1.1 {status} \x1b[31mWords\r\nContent-Length: 0\r\n\r\n".encode())


@dataclass(frozen=True)
class Case:
    name: str
    script: Script
    detail: str
    reach: Reach = Reach.OURS
    error: str = "proxy"

    def __str__(self) -> str:
        return self.name


OURS = "Herald's own proxy "
UNREADABLE = f"{OURS}gave no answer that is one of HTTP"
ASKS = f"{OURS}wants a user and a password, or others than it was given (407)"
BY_WAY = " (by way of Herald's proxy)"
LATE = f"handshake: not finished within 0.3 s{BY_WAY}"
ENDLESS = b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000
CASES = [
    Case("407", refusing("407"), ASKS),
    Case("403", refusing("403"), f"{OURS}does not let Herald go there (403)"),
    Case("302", refusing("302"), f"{OURS}refused the connection (302)"),
    Case("501", refusing("501"), f"{OURS}makes no connections for others (501)"),
    Case("502", refusing("502"), f"{OURS}did not get there (502)", Reach.PROXY),
    Case("no answer", mute, f"{OURS}gave no answer within 0.3 s"),
    Case("hangs up", hang_up, f"{OURS}hung up"),
    Case("garbage", answering(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), UNREADABLE),
    Case("1xx for ever", answering(b"HTTP/1.1 100 Continue\r\n\r\n" * 20), UNREADABLE),
    Case("a head without end", answering(ENDLESS), UNREADABLE),
    Case("nonsense behind a 200", answering(OPEN + b"moo " * 4000), LATE, Reach.PROXY, "tls"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_what_a_proxy_does_is_no_fault_of_a_receivers(
    authority: Authority, case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    async with (
        Receiver(answers(OK), tls=authority.server(HOST)) as receiver,
        Receiver(case.script) as proxy,
        sending(
            limits=HASTY, ssl=authority.client(), proxy=way(proxy, authorization="Basic c2VjcmV0")
        ) as sender,
    ):
        answer = await post(sender, secure(receiver))

    assert (answer.status, answer.error, answer.detail) == (None, case.error, case.detail)
    assert answer.reach is case.reach
    assert (receiver.connections, caplog.records) == (0, [])


async def test_a_proxy_that_is_down(authority: Authority) -> None:
    async with Receiver(mute) as down:
        pass
    async with (
        Receiver(answers(OK), tls=authority.server(HOST)) as receiver,
        sending(ssl=authority.client(), proxy=way(down)) as sender,
    ):
        answer = await post(sender, secure(receiver))

    assert (answer.error, answer.detail) == ("proxy", "Herald's own proxy cannot be reached")
    assert answer.reach is Reach.OURS


async def test_a_proxy_whose_own_certificate_is_not_trusted(
    authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path, "Nobody's authority")
    async with (
        Receiver(answers(OK), tls=authority.server(HOST)) as receiver,
        Receiver(forwarding(), tls=stranger.server("127.0.0.1")) as proxy,
        sending(ssl=authority.client(), proxy=way(proxy, scheme="https")) as sender,
    ):
        answer = await post(sender, secure(receiver))

    told = "Herald's own proxy is not to be trusted (certificate: unknown authority)"
    assert (answer.error, answer.detail, answer.reach) == ("proxy", told, Reach.OURS)
    assert proxy.requests == []


async def after_open(talk: Talk, *, reads: bool) -> None:
    await talk.request()
    await talk.send(OPEN)
    if reads:
        await talk.some()
        await talk.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


async def closes(talk: Talk) -> None:
    await after_open(talk, reads=False)


async def speaks_plainly(talk: Talk) -> None:
    await after_open(talk, reads=True)


@pytest.mark.parametrize("script", [closes, speaks_plainly])
async def test_a_connection_that_is_none_proves_nothing(
    authority: Authority, script: Script
) -> None:
    async with (
        Receiver(answers(OK), tls=authority.server(HOST)) as receiver,
        Receiver(script) as proxy,
        sending(ssl=authority.client(), proxy=way(proxy)) as sender,
    ):
        answer = await post(sender, secure(receiver))

    assert (answer.status, answer.error, answer.reach) == (None, "tls", Reach.PROXY)
    assert answer.detail.startswith("handshake: ")
    assert answer.detail.endswith(BY_WAY)


@pytest.mark.parametrize(("name", "known"), [("other.example.com", True), (HOST, False)])
async def test_another_certificate_is_not_believed_and_blames_nobody(
    authority: Authority, tmp_path: Path, name: str, known: bool
) -> None:
    signer = authority if known else Authority(tmp_path, "The proxy's own")
    async with (
        Receiver(answers(OK), tls=authority.server(HOST)) as receiver,
        Receiver(answers(OK), tls=signer.server(name)) as impostor,
        Receiver(forwarding(to=impostor.port)) as proxy,
        sending(ssl=authority.client(), proxy=way(proxy)) as sender,
    ):
        answer = await post(sender, secure(receiver))

    kind = "wrong host" if known else "unknown authority"
    assert (answer.error, answer.detail) == ("tls", f"certificate: {kind}{BY_WAY}")
    assert (answer.reach, impostor.requests) == (Reach.PROXY, [])


async def test_what_fails_behind_it_once_tls_is_agreed_on_is_the_receivers(
    authority: Authority,
) -> None:
    async with (
        Receiver(hang_up, tls=authority.server(HOST)) as receiver,
        Receiver(forwarding()) as proxy,
        sending(ssl=authority.client(), proxy=way(proxy)) as sender,
    ):
        answer = await post(sender, secure(receiver))

    assert (answer.error, answer.detail) == ("connection", "status: closed by the other side")
    assert answer.reach is Reach.TRUSTED


@pytest.mark.parametrize("status", ["407", "502"])
async def test_no_webhook_is_switched_off_for_it_and_nobody_reads_the_password(
    database_url: str,
    clock: ManualClock,
    status: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    async with Receiver(refusing(status)) as proxy:
        egress = EgressConfig(
            proxy=f"http://127.0.0.1:{proxy.port}",
            proxy_user="herald",
            proxy_password=SecretStr(PASSWORD),
        )
        config = config_for(database_url, jitter=0, disable_after=3)
        running = await Emitter.open(config.model_copy(update={"egress": egress}), clock)
        try:
            await running.start()
            await add_endpoint(running, "https://127.0.0.1:9443/hook")
            for number in range(6):
                await running.outbox.record(joined(clock, number))
                await quiet(running)
                clock.advance(30)
            await quiet(running)
            (found,) = running.lanes.index.all()
        finally:
            await running.stop()

    assert (found.state, found.failures, len(proxy.requests) > 4) == (EndpointState.ACTIVE, 0, True)
    said = caplog.text + "".join(capfd.readouterr()) + repr(config) + repr(egress)
    assert PASSWORD not in said
    assert "aGVyYWxkOnF1aWV0" not in said  # as the header has it
