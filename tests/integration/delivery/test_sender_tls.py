"""Certificates and handshakes, good and bad."""

from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext, TLSVersion

import pytest

from bot.dialects.base import Answer
from tests.integration.delivery.local_sender import HASTY, HOST, post, secure, sending
from tests.integration.delivery.receivers import (
    OK,
    Authority,
    Receiver,
    Script,
    Talk,
    answers,
    refusing_handshake,
)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    folder: Path = tmp_path_factory.mktemp("certificates")
    return Authority(folder)


async def over_tls(authority: Authority, server: SSLContext) -> Answer:
    async with (
        Receiver(answers(OK), tls=server) as receiver,
        sending(ssl=authority.client()) as sender,
    ):
        return await post(sender, secure(receiver))


async def test_a_good_certificate(authority: Authority) -> None:
    answer = await over_tls(authority, authority.server(HOST))

    assert (answer.status, answer.body) == (200, b"ok")


@dataclass(frozen=True)
class Certificate:
    kind: str
    name: str = HOST
    days: int = 1
    since: int = -30
    self_signed: bool = False

    def __str__(self) -> str:
        return f"{self.kind} ({self.name})"


REFUSED = [
    Certificate("self-signed", self_signed=True),
    Certificate("wrong host", name="other.example.com"),
    Certificate("wrong host", name="127.0.0.1"),
    Certificate("expired", days=-1),
    Certificate("not yet valid", since=1, days=2),
]


@pytest.mark.parametrize("one", REFUSED, ids=str)
async def test_a_certificate_that_is_refused_says_why(
    authority: Authority, one: Certificate
) -> None:
    server = authority.server(one.name, days=one.days, since=one.since, self_signed=one.self_signed)
    async with (
        Receiver(answers(OK), tls=server) as receiver,
        sending(ssl=authority.client()) as sender,
    ):
        answer = await post(sender, secure(receiver))

    kind = f"certificate: {one.kind}"
    assert (answer.status, answer.error, answer.detail) == (None, "tls", kind)
    assert (receiver.requests, receiver.stray) == ([], b"")
    assert answer.latency_ms < 5_000


async def test_an_authority_that_nobody_knows(authority: Authority, tmp_path: Path) -> None:
    stranger = Authority(tmp_path, "Nobody's authority")
    async with (
        Receiver(answers(OK), tls=stranger.server(HOST)) as receiver,
        sending(ssl=authority.client()) as sender,
    ):
        answer = await post(sender, secure(receiver))

    assert (answer.error, answer.detail) == ("tls", "certificate: unknown authority")
    assert receiver.requests == []


async def test_an_authority_that_only_shares_the_name(authority: Authority, tmp_path: Path) -> None:
    async with (
        Receiver(answers(OK), tls=Authority(tmp_path).server(HOST)) as receiver,
        sending(ssl=authority.client()) as sender,
    ):
        answer = await post(sender, secure(receiver))

    assert (answer.error, answer.detail) == ("tls", "certificate: forged")
    assert receiver.requests == []


async def test_the_machines_own_authorities_are_the_default(authority: Authority) -> None:
    async with Receiver(answers(OK), tls=authority.server(HOST)) as receiver, sending() as sender:
        answer = await post(sender, secure(receiver))

    assert (answer.error, answer.detail) == ("tls", "certificate: unknown authority")
    assert receiver.requests == []


WANTED = {
    TLSVersion.TLSv1_2: "refused by the other side, which may want a client certificate",
    TLSVersion.TLSv1_3: "a client certificate is wanted",
}


@pytest.mark.parametrize("version", WANTED)
async def test_a_client_certificate_that_is_wanted(
    authority: Authority, version: TLSVersion
) -> None:
    server = authority.wanting_client(HOST)
    server.minimum_version = server.maximum_version = version
    async with (
        Receiver(refusing_handshake(server)) as receiver,
        sending(ssl=authority.client()) as sender,
    ):
        answer = await post(sender, secure(receiver))

    assert (answer.status, answer.error) == (None, "tls")
    assert answer.detail == f"handshake: {WANTED[version]}"
    assert receiver.connections == 1
    assert answer.latency_ms < 5_000


async def close_at_once(talk: Talk) -> None:
    await talk.gone(seconds=0.05)


async def speak_plainly(talk: Talk) -> None:
    await talk.send(OK)
    await talk.gone(seconds=0.05)


async def stall(talk: Talk) -> None:
    await talk.gone()


async def stall_after_a_byte(talk: Talk) -> None:
    await talk.some()
    await talk.send(b"\x16\x03\x03")
    await talk.gone()


async def drip_a_handshake(talk: Talk) -> None:
    await talk.some()
    await talk.send(b"\x16\x03\x03\x40\x00")
    while not await talk.gone(seconds=0.02):
        await talk.send(b"\x02")


@dataclass(frozen=True)
class Handshake:
    script: Script
    detail: str


@pytest.mark.parametrize(
    "case",
    [
        Handshake(close_at_once, "handshake: closed by the other side"),
        Handshake(speak_plainly, "handshake: wrong version number"),
        Handshake(stall, "handshake: not finished within 0.3 s"),
        Handshake(stall_after_a_byte, "handshake: not finished within 0.3 s"),
        Handshake(drip_a_handshake, "handshake: not finished within 0.3 s"),
    ],
    ids=["closed", "plain", "stalled", "begun", "dripped"],
)
async def test_handshakes_that_fail(authority: Authority, case: Handshake) -> None:
    async with (
        Receiver(case.script) as receiver,
        sending(limits=HASTY, ssl=authority.client()) as sender,
    ):
        answer = await post(sender, secure(receiver))

    assert (answer.status, answer.error) == (None, "tls")
    assert answer.detail == case.detail
    assert answer.latency_ms < 600
