"""Addresses that may be dialled: explicit tables, because `is_global` lets dangerous ones by.

Sources: the IANA special-purpose address registries, and the clouds' own metadata addresses.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

METADATA = "metadata"
MALFORMED = "malformed"

# The first network that holds an address names its class, so the narrow ones come first.
DENIED_V4: tuple[tuple[str, IPv4Network], ...] = tuple(
    (reason, IPv4Network(network))
    for reason, network in (
        (METADATA, "169.254.169.254/32"),  # most clouds
        (METADATA, "169.254.170.0/24"),  # credentials of containers and pods
        (METADATA, "100.100.100.200/32"),
        (METADATA, "168.63.129.16/32"),
        (METADATA, "192.0.0.192/32"),
        ("unspecified", "0.0.0.0/8"),
        ("private", "10.0.0.0/8"),
        ("shared", "100.64.0.0/10"),
        ("loopback", "127.0.0.0/8"),
        ("link-local", "169.254.0.0/16"),
        ("private", "172.16.0.0/12"),
        ("reserved", "192.0.0.0/24"),
        ("documentation", "192.0.2.0/24"),
        ("tunnel", "192.88.99.0/24"),  # relays of 6to4
        ("private", "192.168.0.0/16"),
        ("benchmark", "198.18.0.0/15"),
        ("documentation", "198.51.100.0/24"),
        ("documentation", "203.0.113.0/24"),
        ("multicast", "224.0.0.0/4"),
        ("reserved", "240.0.0.0/4"),
    )
)

DENIED_V6: tuple[tuple[str, IPv6Network], ...] = tuple(
    (reason, IPv6Network(network))
    for reason, network in (
        (METADATA, "fd00:ec2::254/128"),
        (METADATA, "fd00:ec2::23/128"),  # credentials of pods
        (METADATA, "fd20:ce::254/128"),
        (METADATA, "fd00:c1::a9fe:a9fe/128"),
        ("unspecified", "::/128"),
        ("loopback", "::1/128"),
        ("embedded", "::ffff:0:0/96"),  # IPv4-mapped
        ("embedded", "::ffff:0:0:0/96"),  # SIIT
        ("embedded", "::/96"),  # IPv4-compatible
        ("embedded", "64:ff9b:1::/48"),  # a translator's own prefix: the IPv4 may sit anywhere
        ("reserved", "100::/64"),
        ("tunnel", "2001::/32"),  # Teredo
        ("reserved", "2001::/23"),
        ("documentation", "2001:db8::/32"),
        ("tunnel", "2002::/16"),  # 6to4
        ("reserved", "3ffe::/16"),
        ("documentation", "3fff::/20"),
        ("reserved", "5f00::/16"),
        ("private", "fc00::/7"),
        ("link-local", "fe80::/10"),
        ("site-local", "fec0::/10"),
        ("multicast", "ff00::/8"),
    )
)

GLOBAL_UNICAST = IPv6Network("2000::/3")
NAT64 = IPv6Network("64:ff9b::/96")
# The upper half of an ISATAP interface identifier, under any prefix (RFC 5214, section 6.1).
ISATAP_MARKS = frozenset({0x0000_5EFE, 0x0200_5EFE, 0x0100_5EFE, 0x0300_5EFE})
LOW_32 = 0xFFFF_FFFF


def judge(address: Address) -> str | None:
    """The class of an address that must not be dialled; None for a public one."""
    if isinstance(address, IPv4Address):
        return next((reason for reason, network in DENIED_V4 if address in network), None)
    if address.scope_id is not None:
        return "zone"
    number = int(address)
    if address in NAT64:
        return judge(IPv4Address(number & LOW_32))
    for reason, network in DENIED_V6:
        if address in network:
            return reason
    if address not in GLOBAL_UNICAST:
        return "reserved"
    return "tunnel" if (number >> 32) & LOW_32 in ISATAP_MARKS else None


@lru_cache(maxsize=4096)
def read(text: str) -> tuple[Address | None, str | None]:
    """The address in `text` with its judgement; what is no address at all is `MALFORMED`."""
    try:
        address = ip_address(text)
    except ValueError:
        return None, MALFORMED
    return address, judge(address)
