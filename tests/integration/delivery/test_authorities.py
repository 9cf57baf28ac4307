"""Certificate authorities of an operator's own, beside those of the system."""

import ssl
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.commands.check_egress import look_at_egress
from bot.config import Config, EgressConfig, GuardConfig
from bot.delivery.egress import egress_of
from bot.delivery.emitter import Emitter, policy_of
from bot.delivery.guard import Guard
from bot.delivery.sender import Sender
from bot.errors import ConfigError
from tests.integration.delivery.local_sender import HOST, PATIENT, at_home, post, secure
from tests.integration.delivery.proxies import answering, asked, forwarding
from tests.integration.delivery.receivers import OK, Authority, Receiver, answers
from tests.support.emitter_setup import config_for

HOME = GuardConfig(allow_networks=("127.0.0.0/8",))


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def settings(authority: Authority, folder: Path, proxy: Receiver | None = None) -> Config:
    file = folder / "private.pem"
    file.write_text(f"A line of prose.\n{authority.pem}")
    url = None if proxy is None else f"http://127.0.0.1:{proxy.port}"
    return Config(egress=EgressConfig(ca_file=file, proxy=url), guard=HOME)


async def test_deliveries_trust_it_beside_the_systems(authority: Authority, tmp_path: Path) -> None:
    config = settings(authority, tmp_path)
    egress = egress_of(config)
    sender = Sender(Guard(policy_of(config), at_home), PATIENT, egress=egress)
    async with Receiver(answers(OK), tls=authority.server(HOST)) as receiver:
        await sender.start()
        answer = await post(sender, secure(receiver))
        await sender.close()

    assert (answer.status, answer.detail) == (200, "")
    system = ssl.create_default_context()
    assert egress.ssl is not None
    assert len(egress.ssl.get_ca_certs()) == len(system.get_ca_certs()) + 1
    assert egress.ssl.check_hostname


BAD_FILES = {
    "": "holds no certificates",
    "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n": "holds no certificates",
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n": "holds no certificates",
    "\x00\x01\x02": "holds no certificates",
}


@pytest.mark.parametrize("text", BAD_FILES, ids=range(len(BAD_FILES)))
async def test_a_bad_file_is_a_sentence_at_start_and_opens_nothing(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "private.pem"
    file.write_text(text)
    config = config_for(f"sqlite:///{tmp_path}/herald.db")
    config = config.model_copy(update={"egress": EgressConfig(ca_file=file)})
    with pytest.raises(ConfigError, match=f"egress.ca_file: .*private.pem {BAD_FILES[text]}"):
        await Emitter.open(config, SystemClock())
    assert not (tmp_path / "herald.db").exists()


async def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    config = Config(egress=EgressConfig(ca_file=tmp_path / "gone.pem"))
    with pytest.raises(ConfigError, match=r"gone\.pem cannot be read \(no such file"):
        egress_of(config)
    (found,) = await look_at_egress(config)
    assert (found.name, found.level) == ("authorities", "fail")


async def test_a_check_says_that_proxy_and_authorities_work(
    authority: Authority, tmp_path: Path
) -> None:
    async with (
        Receiver(answers(OK), tls=authority.server("127.0.0.1")) as receiver,
        Receiver(forwarding()) as proxy,
    ):
        config = settings(authority, tmp_path, proxy)
        target = f"https://127.0.0.1:{receiver.port}/"
        found = await look_at_egress(config, target)

    assert [(one.name, one.level) for one in found] == [("authorities", "warn"), ("proxy", "ok")]
    assert "private.pem adds 1 to those of the system, of which one expires on" in found[0].text
    assert "leads to 127.0.0.1, whose certificate is trusted" in found[1].text
    assert (len(asked(proxy)), receiver.requests) == (1, [])


async def test_a_check_says_what_is_wrong_with_a_proxy(
    authority: Authority, tmp_path: Path
) -> None:
    refusal = b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n"
    (tmp_path / "other").mkdir()
    other = Authority(tmp_path / "other", "The proxy's own")
    async with (
        Receiver(answers(OK), tls=other.server("127.0.0.1")) as receiver,
        Receiver(answering(refusal)) as closed,
        Receiver(forwarding()) as prying,
    ):
        target = f"https://127.0.0.1:{receiver.port}/"
        found = [
            (await look_at_egress(settings(authority, tmp_path, proxy), target))[1]
            for proxy in (closed, prying)
        ]

    assert [one.level for one in found] == ["fail", "fail"]
    assert "wants a user and a password" in found[0].text
    assert "proxy_password" in found[0].mend
    assert "unknown authority" in found[1].text
    assert "egress.ca_file" in found[1].mend


async def test_nothing_is_said_where_nothing_is_set() -> None:
    assert await look_at_egress(Config()) == []
