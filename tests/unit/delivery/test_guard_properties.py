"""Whatever the guard lets through is public, by the registries' own account and not by ours."""

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.delivery.guard import Guard, GuardPolicy
from bot.errors import RefusedAddress

# The special-purpose address registries of IANA: every block that is not "globally reachable",
# deprecated ones included, and the multicast registries. Written from the registries, and not
# from the tables under test.
REGISTERED_V4 = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
    192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
    224.0.0.0/4 240.0.0.0/4 255.255.255.255/32
"""
REGISTERED_V6 = """
    ::1/128 ::/128 ::ffff:0:0/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32
    2001:2::/48 2001:10::/28 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10
    fec0::/10 ff00::/8
"""
NOT_GLOBAL_V4 = tuple(map(IPv4Network, REGISTERED_V4.split()))
NOT_GLOBAL_V6 = tuple(map(IPv6Network, REGISTERED_V6.split()))
# Public by the registries, and answered by the host or the cloud around it.
METADATA = {"168.63.129.16", "fd00:ec2::254"}
TRANSLATED = IPv6Network("64:ff9b::/96")
ALLOCATED = IPv6Network("2000::/3")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """What the oracle says: the address itself, and any IPv4 address it carries."""
    if str(address) in METADATA:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in block for block in NOT_GLOBAL_V4)
    groups = address.exploded.split(":")
    inside = IPv4Address(int(groups[6] + groups[7], 16))
    if address in TRANSLATED:
        return is_public(inside)
    if groups[5] == "5efe" and groups[4] in ("0000", "0100", "0200", "0300"):  # ISATAP
        return False
    return address in ALLOCATED and not any(address in block for block in NOT_GLOBAL_V6)


def around(blocks: Sequence[IPv4Network] | Sequence[IPv6Network]) -> st.SearchStrategy[int]:
    """Numbers in the blocks, at their ends, and just outside of them."""
    ends = [int(block[0]) for block in blocks] + [int(block[-1]) for block in blocks]
    steps = st.integers(-2, 2)
    top = (1 << blocks[0].max_prefixlen) - 1
    edges = st.tuples(st.sampled_from(ends), steps).map(lambda pair: min(max(sum(pair), 0), top))
    within = st.tuples(st.sampled_from(list(blocks)), st.integers(0)).map(
        lambda pair: int(pair[0][0]) + pair[1] % pair[0].num_addresses
    )
    return st.one_of(edges, within, st.integers(0, top))


v4 = around(NOT_GLOBAL_V4).map(IPv4Address)
CARRIERS = {
    "mapped": "::ffff:{}",
    "compatible": "::{}",
    "SIIT": "::ffff:0:{}",
    "NAT64": "64:ff9b::{}",
    "a translator's own": "64:ff9b:1::{}",
    "ISATAP": "2606:4700::5efe:{}",
    "ISATAP, global": "2606:4700::200:5efe:{}",
    "plain": "2606:4700::{}",
}
carried = st.tuples(st.sampled_from(list(CARRIERS.values())), v4).map(
    lambda pair: IPv6Address(pair[0].format(pair[1]))
)
tunnelled = st.tuples(st.booleans(), v4, st.integers(0, 2**64 - 1)).map(
    lambda parts: IPv6Address(
        0x2002 << 112 | int(parts[1]) << 80 | parts[2]  # 6to4
        if parts[0]
        else 0x2001 << 112 | parts[2] << 32 | (int(parts[1]) ^ 0xFFFF_FFFF)  # Teredo
    )
)
v6 = st.one_of(
    around(NOT_GLOBAL_V6).map(IPv6Address),
    st.integers(0x2000 << 112, (0x4000 << 112) - 1).map(IPv6Address),
    carried,
    tunnelled,
)


def guard_that_finds(*addresses: str) -> Guard:
    async def resolve(name: str) -> Sequence[str]:
        return addresses

    return Guard(GuardPolicy(), resolve)


def let_through(text: str) -> str | None:
    """The host of a URL that the guard accepts."""
    try:
        return guard_that_finds().parse(text).host
    except RefusedAddress:
        return None


@given(st.one_of(v4, v6))
def test_a_literal_that_is_let_through_is_public(address: IPv4Address | IPv6Address) -> None:
    host = f"[{address}]" if address.version == 6 else str(address)
    if let_through(f"https://{host}/") is not None:
        assert is_public(address)


@given(st.integers(0x2600 << 112, (0x2620 << 112) - 1).map(IPv6Address))
def test_what_the_registries_gave_out_is_let_through(address: IPv6Address) -> None:
    assert (let_through(f"https://[{address}]/") is not None) == is_public(address)


@given(v4)
@example(IPv4Address("9.255.255.255"))
@example(IPv4Address("11.0.0.0"))
def test_every_public_ipv4_address_is_let_through(address: IPv4Address) -> None:
    assert (let_through(f"https://{address}/") is not None) == is_public(address)


@given(st.lists(st.one_of(v4, v6), min_size=1, max_size=4))
async def test_a_name_is_let_through_only_where_all_its_addresses_are_public(
    found: list[IPv4Address | IPv6Address],
) -> None:
    guard = guard_that_finds(*map(str, found))
    try:
        dialled = await guard.addresses("hooks.example.com")
    except RefusedAddress as refusal:
        said = str(refusal)
    else:
        assert all(is_public(address) for address in found)
        assert set(dialled) == {str(address) for address in found}
        return
    assert said.startswith("blocked: private address")
    assert not any(str(address) in said for address in found if len(str(address)) > 3)


def part(number: int, style: str) -> str:
    return {"d": str(number), "o": f"0{number:o}", "x": f"0x{number:x}", "X": f"0X{number:X}"}[
        style
    ]


@st.composite
def spelled(draw: st.DrawFn) -> str:
    """An IPv4 address as inet_aton reads it: one to four parts, each in its own base."""
    number = int(draw(v4))
    count = draw(st.integers(1, 4))
    parts = [number >> (8 * (3 - place)) & 255 for place in range(count - 1)]
    parts.append(number & ((1 << 8 * (5 - count)) - 1))
    styles = draw(st.lists(st.sampled_from("doxX"), min_size=count, max_size=count))
    text = ".".join(part(value, style) for value, style in zip(parts, styles, strict=True))
    wide = draw(st.sampled_from(["", "full-width", "ideographic"]))
    if wide == "full-width":
        text = "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in text)
    return text.replace(".", "。") if wide == "ideographic" else text


@given(spelled(), st.sampled_from(["", ".", ":443", ":8443"]))
def test_no_other_spelling_of_an_ipv4_address_is_let_through(host: str, tail: str) -> None:
    found = let_through(f"https://{host}{tail}/")
    if found is not None:
        assert found == host  # four plain numbers
        assert is_public(IPv4Address(found))


@given(st.text("0123456789abcdefx.", min_size=1, max_size=24))
@example("127.1")
@example("0x7f.1")
@example("2130706433")
def test_a_name_that_the_system_reads_as_an_address_is_public(host: str) -> None:
    found = let_through(f"https://{host}/")
    if found is None:
        return
    try:
        read = IPv4Address(socket.inet_aton(found))
    except OSError:
        return
    assert str(read) == found
    assert is_public(read)


HOSTS = [
    *("example.com", "HOOKS.Example.COM", "ex\u0430mple.com", "ⓔxample。com", "münchen.example"),
    *("1.1.1.1", "[2606:4700:0:0::1111]", "[64:ff9b::8.8.8.8]", "a_b.example", "xn--mnchen-3ya.de"),
]
urls = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["https", "HTTPS", "hTTps"]),
    st.sampled_from(HOSTS),
    st.sampled_from(["", ":443", ":8443", ":65535"]),
    st.one_of(
        st.just(""),
        st.text(max_size=40).map(lambda text: f"/{text}"),
        st.text(max_size=40).map(lambda text: f"?{text}"),
        st.text("/.%2eE?&=;[]{}|^~'\"<>`ä", max_size=40).map(lambda text: f"/{text}"),
    ),
)


@given(urls)
def test_the_normal_form_is_its_own_normal_form_in_every_reading(text: str) -> None:
    guard = guard_that_finds()
    try:
        url = guard.parse(text)
    except RefusedAddress:
        return
    again = guard.parse(url.text)
    assert again == url
    assert (again.text, str(again.url)) == (url.text, url.text)
    # The library that dials and the one that everybody uses see the same host, port and target.
    other = urlsplit(url.text)
    target = other.path + (f"?{other.query}" if "?" in url.text else "")
    assert (url.url.raw_host, url.url.port) == (url.host, url.port)
    assert (other.hostname, other.port or 443) == (url.host, url.port)
    assert url.url.raw_path_qs == target
    assert url.text.isascii()
    assert url.host == url.host.lower()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://ex\u0430mple.com/", "https://xn--exmple-4nf.com/"),  # one Cyrillic letter
        ("https://paypa\u04cf.com/", "https://xn--paypa-iof.com/"),
        ("https://\u0261oogle.com/", "https://xn--oogle-qmc.com/"),
        ("https://m\u00fcnchen.example/", "https://xn--mnchen-3ya.example/"),
    ],
)
def test_names_in_mixed_scripts_are_shown_as_punycode(text: str, shown: str) -> None:
    assert guard_that_finds().parse(text).text == shown
