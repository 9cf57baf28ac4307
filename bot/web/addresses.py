"""Address of a visitor: the peer, or whom a trusted proxy says it asks for."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from multidict import CIMultiDictProxy

from bot.delivery.addresses import Address

HOUSEHOLD = 64  # bits of an IPv6 address that one household or server has to itself
FORWARDING = (
    *("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"),
    "X-Real-IP",
)
MOST_HOPS = 32


class Proxies:
    """The networks whose X-Forwarded-For is believed; each proxy adds its own peer at the right."""

    def __init__(self, trusted: Iterable[str]) -> None:
        self._trusted = tuple(ip_network(network) for network in trusted)

    def trusts(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)

    def client(self, peer: Address, headers: CIMultiDictProxy[str]) -> Address:
        """The right-most address that no proxy of ours has; the last good one before nonsense."""
        if not self.trusts(peer):
            return peer
        client = peer
        hops = ",".join(headers.getall("X-Forwarded-For", ())).split(",")
        for hop in reversed(hops[-MOST_HOPS:]):
            said = parse(hop)
            if said is None:
                break
            client = said
            if not self.trusts(said):
                break
        return client


def parse(text: str) -> Address | None:
    """An address as proxies write it, a port behind it or not; None where it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def household(address: Address) -> str:
    """What shares one limit: an IPv4 address, or the IPv6 addresses that one line has."""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((address, HOUSEHOLD), strict=False))


def came_directly(headers: CIMultiDictProxy[str]) -> bool:
    """Whether nothing says that a proxy passed the request on."""
    return not any(name in headers for name in FORWARDING)
