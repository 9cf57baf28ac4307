"""What a name may resolve to, and what the operator of an instance may allow."""

from collections.abc import Sequence
from ipaddress import ip_network

import pytest

from bot.delivery.guard import MOST_ADDRESSES, Guard, GuardPolicy
from bot.errors import RefusedAddress

PUBLIC = "93.184.215.14"


class Names:
    """A name service that answers from a list, and remembers what it was asked."""

    def __init__(self, *addresses: str) -> None:
        self.asked: list[str] = []
        self._addresses = addresses

    async def __call__(self, name: str) -> Sequence[str]:
        self.asked.append(name)
        if not self._addresses:
            raise OSError("no such name")
        return self._addresses


def guard(policy: GuardPolicy | None = None, *addresses: str) -> Guard:
    return Guard(policy or GuardPolicy(), Names(*addresses))


async def test_a_public_name_passes_and_is_asked_for_absolutely() -> None:
    names = Names(PUBLIC, "2606:4700::1111", PUBLIC)
    guarded = Guard(GuardPolicy(), names)

    url = await guarded.check("https://Hooks.Example.com/x")

    assert url.text == "https://hooks.example.com/x"
    assert names.asked == ["hooks.example.com."]
    assert await guarded.addresses(url.host) == (PUBLIC, "2606:4700::1111")


async def test_a_literal_needs_no_name_service() -> None:
    names = Names()

    assert (await Guard(GuardPolicy(), names).check(f"https://{PUBLIC}/")).is_literal
    assert names.asked == []


@pytest.mark.parametrize(
    "private", ["127.0.0.1", "10.1.2.3", "::1", "fe80::1%eth0", "::ffff:8.8.8.8", "nonsense"]
)
@pytest.mark.parametrize("first", [True, False])
async def test_one_refused_address_refuses_the_name(private: str, first: bool) -> None:
    found = [private, PUBLIC] if first else [PUBLIC, private]

    with pytest.raises(RefusedAddress, match=r"^blocked: private address") as refusal:
        await guard(None, *found).check("https://hooks.example.com/")

    assert refusal.value.reason == "blocked_address"
    assert private not in str(refusal.value)


@pytest.mark.parametrize(
    "found", [[], [f"93.184.215.{number}" for number in range(MOST_ADDRESSES + 1)]]
)
async def test_a_name_without_usable_addresses_is_unreachable(found: list[str]) -> None:
    with pytest.raises(RefusedAddress, match=r"^unreachable: .*hooks\.example\.com") as refusal:
        await guard(None, *found).check("https://hooks.example.com/")

    assert refusal.value.reason == "dns"


CHATS = {
    "https://discord.com/api/webhooks/123/abc-def": "Discord",
    "https://DISCORDAPP.com/api/webhooks/123/abc?wait=true": "Discord",
    "https://ptb.discord.com/api/v10/webhooks/123/abc/slack": "Discord",
    "https://hooks.slack.com/services/T0/B0/xyz": "Slack",
    "https://hooks.slack.com/workflows/T0/A0/1/xyz": "Slack",
    "https://acme.webhook.office.com/webhookb2/1@2/IncomingWebhook/3/4": "Microsoft Teams",
    "https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=t": "Google Chat",
}


@pytest.mark.parametrize(("address", "service"), CHATS.items())
async def test_an_incoming_webhook_of_a_chat_is_refused_with_a_hint(
    address: str, service: str
) -> None:
    with pytest.raises(RefusedAddress, match=f"incoming webhook of {service}") as refusal:
        await guard(None, PUBLIC).check(address)

    assert "abc" not in str(refusal.value)
    assert "xyz" not in str(refusal.value)


@pytest.mark.parametrize(
    "address",
    [
        "https://discord.com/developers",
        "https://notdiscord.com/api/webhooks/1/2",
        "https://hooks.example.com/api/webhooks/1/2",
        "https://hooks.slack.com.example.org/services/1",
    ],
)
async def test_what_only_looks_like_one_is_none(address: str) -> None:
    assert (await guard(None, PUBLIC).check(address)).text == address


async def test_addresses_of_both_families_are_dialled_by_turns() -> None:
    six = [f"2606:4700::{number}" for number in range(8)]
    four = [f"93.184.215.{number}" for number in range(MOST_ADDRESSES - 8)]

    found = await guard(None, *six, *four).addresses("hooks.example.com")

    assert found[:4] == (six[0], four[0], six[1], four[1])
    assert set(found) == {*six, *four}


HOME = GuardPolicy(
    allow_hosts=frozenset({"Receiver", "hooks.lan"}),
    allow_networks=(ip_network("10.0.0.0/8"), ip_network("169.254.0.0/16")),
    allow_http=True,
)


@pytest.mark.parametrize(
    "text",
    [
        "http://receiver/",
        "http://receiver:8080/",
        "http://hooks.lan/",
        "http://10.0.0.5:8080/",
        "https://10.0.0.5/",
        "http://169.254.1.1/",
    ],
)
def test_what_an_instance_allows(text: str) -> None:
    assert guard(HOME).parse(text).text == text
    with pytest.raises(RefusedAddress):
        guard().parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "http://example.com/",
        "http://8.8.8.8/",
        "https://192.168.0.1/",
        "https://other/",
        "https://169.254.169.254/",
        "https://localhost/",
        "http://receiver:22/",
    ],
)
def test_what_it_still_refuses(text: str) -> None:
    with pytest.raises(RefusedAddress):
        guard(HOME).parse(text)


def test_allowed_hosts_are_https_only_where_http_is_not_allowed() -> None:
    policy = GuardPolicy(allow_hosts=frozenset({"receiver"}))

    assert guard(policy).parse("https://receiver/").host == "receiver"
    with pytest.raises(RefusedAddress, match=r"^Only https"):
        guard(policy).parse("http://receiver/")


async def test_an_allowed_host_may_be_private_and_another_name_may_not() -> None:
    names = Names("192.168.0.9")
    guarded = Guard(HOME, names)

    assert (await guarded.check("http://receiver/")).host == "receiver"
    assert names.asked == ["receiver"]  # as it is: only the hosts file may know it
    with pytest.raises(RefusedAddress):
        await guarded.check("https://hooks.example.com/")


async def test_a_metadata_service_is_refused_even_for_an_allowed_host() -> None:
    with pytest.raises(RefusedAddress, match=r"^blocked"):
        await guard(HOME, "169.254.169.254").check("https://receiver/")


def test_a_host_from_the_command_line() -> None:
    policy = GuardPolicy().allowing("LOCALHOST", 22).allowing("[::1]")
    guarded = guard(policy)

    assert guarded.parse("http://localhost:22/").port == 22
    assert guarded.parse("http://[::1]:80/").text == "http://[::1]/"
    assert guarded.allows("127.0.0.1", "localhost")
    assert not guarded.allows("127.0.0.1", "example.com")
    for text in ("http://localhost:8080/", "http://example.com/", "https://127.0.0.1/"):
        with pytest.raises(RefusedAddress):
            guarded.parse(text)
