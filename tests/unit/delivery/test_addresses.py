"""The deny tables: whatever they let through is public by every account."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.addresses import DENIED_V4, DENIED_V6, METADATA, judge, read

CLASSES = {
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fdff::1"],
    "link-local": ["169.254.0.1", "fe80::1", "febf::1"],
    "shared": ["100.64.0.1", "100.127.255.255"],
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],
    "reserved": ["192.0.0.1", "240.0.0.1", "255.255.255.255", "2001:1::1", "4000::1", "100::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff:1::1"],
    "benchmark": ["198.18.0.1", "198.19.255.255"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1"],
    "site-local": ["fec0::1", "feff::1"],
    "tunnel": [
        "2002:7f00:1::",  # 6to4
        "2002:808:808::1",
        "2001:0:7f00:1::1",  # Teredo
        "2606:4700::5efe:127.0.0.1",  # ISATAP
        "2606:4700::200:5efe:8.8.8.8",
        "192.88.99.1",
    ],
    "embedded": [
        "::ffff:127.0.0.1",  # IPv4-mapped
        "::ffff:8.8.8.8",
        "::127.0.0.1",  # IPv4-compatible
        "::8.8.8.8",
        "::ffff:0:127.0.0.1",  # SIIT
        "64:ff9b:1::8.8.8.8",
    ],
    METADATA: [
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
        "64:ff9b::169.254.169.254",
    ],
    "zone": ["fe80::1%eth0", "2606:4700::1111%1"],
}

EDGES = [
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.0.1.0",
    "192.167.255.255",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "1.1.1.1",
    "2606:4700::1111",
    "2a00::1",
    "2001:200::1",
    "64:ff9b::8.8.8.8",
]


@pytest.mark.parametrize(
    ("text", "reason"),
    [(text, reason) for reason, texts in CLASSES.items() for text in texts],
)
def test_every_class_is_known_by_its_name(text: str, reason: str) -> None:
    assert judge(ip_address(text)) == reason


@pytest.mark.parametrize("text", EDGES)
def test_the_public_neighbours_of_every_range_are_allowed(text: str) -> None:
    assert judge(ip_address(text)) is None


@pytest.mark.parametrize(("reason", "network"), [*DENIED_V4, *DENIED_V6])
def test_both_ends_of_every_range_are_refused(reason: str, network: "IPv6Network") -> None:
    assert judge(network[0]) is not None
    assert judge(network[-1]) is not None


def looks_public(address: IPv4Address | IPv6Address) -> bool:
    """What the standard library knows against an address, and what it leaves out."""
    return not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or (isinstance(address, IPv6Address) and (address.is_site_local or has_ipv4(address)))
    )


def has_ipv4(address: IPv6Address) -> bool:
    return bool(address.ipv4_mapped or address.sixtofour or address.teredo)


v4 = st.ip_addresses(v=4).map(lambda address: IPv4Address(int(address)))
v6 = st.one_of(
    st.ip_addresses(v=6).map(lambda address: IPv6Address(int(address))),
    # Half of everything at random would be outside 2000::/3.
    st.integers(0x2000 << 112, (0x4000 << 112) - 1).map(IPv6Address),
    st.tuples(st.sampled_from([network for _, network in DENIED_V6]), st.integers(0)).map(
        lambda pair: pair[0][pair[1] % pair[0].num_addresses]
    ),
)


@given(v4)
def test_an_allowed_ipv4_address_is_public(address: IPv4Address) -> None:
    if judge(address) is None:
        assert looks_public(address)
        assert address.is_global


@given(v6)
def test_an_allowed_ipv6_address_is_public(address: IPv6Address) -> None:
    if judge(address) is None and address not in IPv6Network("64:ff9b::/96"):
        assert looks_public(address)


@given(v4)
def test_nat64_is_judged_by_the_ipv4_inside(address: IPv4Address) -> None:
    outside = IPv6Address(int(IPv6Address("64:ff9b::")) | int(address))
    assert judge(outside) == judge(address)


@given(v4)
def test_no_other_way_of_carrying_an_ipv4_address_is_allowed(address: IPv4Address) -> None:
    number = int(address)
    carriers = [
        number,
        0xFFFF << 32 | number,
        0xFFFF << 48 | number,
        0x2002 << 112 | number << 80,
        0x2001 << 112 | (number ^ 0xFFFFFFFF),
        0x2606_4700 << 96 | 0x5EFE << 32 | number,
        0x2606_4700 << 96 | 0x0200_5EFE << 32 | number,
        int(IPv6Address("64:ff9b:1::")) | number,
    ]
    assert all(judge(IPv6Address(carrier)) is not None for carrier in carriers)


@given(v6)
def test_every_spelling_of_an_address_gets_the_same_judgement(address: IPv6Address) -> None:
    spellings = [str(address), address.exploded, str(address).upper()]
    assert {read(text)[1] for text in spellings} == {judge(address)}


@pytest.mark.parametrize("text", ["", "127.1", "0177.0.0.1", "2130706433", "0x7f.0.0.1", "::1::"])
def test_text_that_is_no_address_is_malformed(text: str) -> None:
    assert read(text) == (None, "malformed")
