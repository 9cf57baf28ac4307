"""Certificates and handshakes, good and bad."""

from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext, TLSVersion

import pytest

from bot.dialects.base import Answer
from tests.integration.delivery.receivers import (
    OK,
    Authority,
    Receiver,
    Script,
    Talk,
    answers,
    refusing_handshake,
)
from tests.integration.delivery.sending import HASTY, HOST, post, secure, sending


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


async def test_certificates_that_are_refused(authority: Authority) -> None:
    found = {
        "self-signed": authority.server(HOST, self_signed=True),
        "wrong host": authority.server("other.example.com"),
        "expired": authority.server(HOST, days=-1),
    }
    for kind, server in found.items():
        answer = await over_tls(authority, server)
        assert (answer.status, answer.error) == (None, "tls")
        assert answer.detail == f"certificate: {kind}"


@pytest.mark.parametrize("version", [TLSVersion.TLSv1_2, TLSVersion.TLSv1_3])
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
    assert answer.detail.startswith("handshake: ")
    assert receiver.connections == 1


async def close_at_once(talk: Talk) -> None:
    await talk.gone(seconds=0.05)


async def speak_plainly(talk: Talk) -> None:
    await talk.send(OK)
    await talk.gone(seconds=0.05)


async def stall(talk: Talk) -> None:
    await talk.gone()


@dataclass(frozen=True)
class Handshake:
    script: Script
    detail: str


@pytest.mark.parametrize(
    "case",
    [
        Handshake(close_at_once, "handshake: "),
        Handshake(speak_plainly, "handshake: wrong version number"),
        Handshake(stall, "handshake: not finished within 0.3 s"),
    ],
    ids=["closed", "plain", "stalled"],
)
async def test_handshakes_that_fail(authority: Authority, case: Handshake) -> None:
    async with (
        Receiver(case.script) as receiver,
        sending(limits=HASTY, ssl=authority.client()) as sender,
    ):
        answer = await post(sender, secure(receiver))

    assert (answer.status, answer.error) == (None, "tls")
    assert answer.detail.startswith(case.detail)
    assert answer.latency_ms < 600
