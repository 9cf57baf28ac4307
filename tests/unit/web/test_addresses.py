"""Who asks: only what a trusted proxy says is believed."""

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from bot.web.addresses import Proxies, came_directly, household, parse

NGINX = "10.0.0.2"
PROXIES = Proxies(("10.0.0.0/24", "fd00::/64"))


def client(peer: str, *forwarded: str) -> str:
    """Who is taken for the client of that peer, with those X-Forwarded-For lines."""
    headers = CIMultiDict[str]()
    for line in forwarded:
        headers.add("X-Forwarded-For", line)
    address = parse(peer)
    assert address is not None
    return str(PROXIES.client(address, CIMultiDictProxy(headers)))


@pytest.mark.parametrize(
    ("peer", "lines", "expected"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),  # no proxy of ours: not believed
        (NGINX, (), NGINX),
        (NGINX, ("198.51.100.1",), "198.51.100.1"),
        (NGINX, ("1.2.3.4, 198.51.100.1",), "198.51.100.1"),  # the left one is anybody's invention
        (NGINX, ("1.2.3.4", "198.51.100.1"), "198.51.100.1"),
        (NGINX, ("1.2.3.4, 198.51.100.1, 10.0.0.7",), "198.51.100.1"),  # two proxies of ours
        (NGINX, ("10.0.0.9, 10.0.0.7",), "10.0.0.9"),
        (NGINX, ("198.51.100.1, unknown",), NGINX),
        (NGINX, ("198.51.100.1, unknown, 10.0.0.7",), "10.0.0.7"),
        (NGINX, ("198.51.100.1:4711",), "198.51.100.1"),
        (NGINX, ("[2001:db8::5]:4711",), "2001:db8::5"),
        (NGINX, ("::ffff:198.51.100.1",), "198.51.100.1"),
        (NGINX, ("",), NGINX),
        ("::ffff:10.0.0.2", ("198.51.100.1",), "198.51.100.1"),
        ("fd00::1", ("2001:db8::5",), "2001:db8::5"),
    ],
)
def test_the_right_most_that_is_no_proxy_of_ours(
    peer: str, lines: tuple[str, ...], expected: str
) -> None:
    assert client(peer, *lines) == expected


def test_a_header_without_end_is_read_from_the_right_only() -> None:
    assert client(NGINX, ", ".join(["10.0.0.7"] * 1000)) == "10.0.0.7"
    assert client(NGINX, "1.2.3.4, " + ", ".join(["10.0.0.7"] * 1000)) == "10.0.0.7"


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("198.51.100.1", "198.51.100.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("198.51.100.1", "::ffff:198.51.100.1", True),
    ],
)
def test_what_one_household_has_shares_a_limit(one: str, other: str, *, together: bool) -> None:
    first, second = parse(one), parse(other)
    assert first is not None
    assert second is not None
    assert (household(first) == household(second)) is together


@pytest.mark.parametrize("text", ["", "unknown", "1.2.3", "1.2.3.4.5", "_hidden", "::g"])
def test_what_is_no_address(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "Forwarded", "Via", "x-real-ip", "X-Forwarded-Proto"]
)
def test_a_proxy_gives_itself_away(name: str) -> None:
    assert came_directly(CIMultiDictProxy(CIMultiDict({"Accept": "*/*"})))
    assert not came_directly(CIMultiDictProxy(CIMultiDict({name: ""})))
