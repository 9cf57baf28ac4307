"""Loopback servers may stand in for Discord, no others, because the token goes there."""

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1"))


def is_loopback(host: str) -> bool:
    """Whether that host is this machine, written as an address: 127.0.0.0/8 or ::1, no name."""
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in LOOPBACK)


def is_here(host: str) -> bool:
    """Whether that host is this machine, by such an address or as localhost."""
    return host == "localhost" or is_loopback(host)


def api_here(url: str | None) -> str | None:
    """The URL of an API, without a slash at its end; a ValueError where it is elsewhere."""
    return None if url is None else _here(url, "http://127.0.0.1:8085/api")


def gateway_here(url: str | None) -> str | None:
    """The same for a gateway."""
    return None if url is None else _here(url, "ws://127.0.0.1:8085/gateway")


def _here(url: str, example: str) -> str:
    scheme = example.partition(":")[0]
    try:
        parts = urlsplit(url)
        plain = not (parts.query or parts.fragment or "@" in parts.netloc or "\\" in url)
        here = plain and is_loopback(parts.hostname or "") and parts.port != 0
    except ValueError:  # brackets or a port that are none
        here, parts = False, urlsplit("")
    if not here or parts.scheme not in (scheme, f"{scheme}s"):
        raise ValueError(
            f"must be a server on this very machine, by its loopback address, such as {example}; "
            "remove the setting to use Discord"
        )
    return url.rstrip("/")
