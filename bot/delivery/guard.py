"""Guard of addresses: decides on every URL that a person can type whether Herald dials it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from urllib.parse import quote

from yarl import URL

from bot import kept_texts as kept
from bot.config import DENIED_PORTS
from bot.delivery.addresses import MALFORMED, METADATA, Network, read
from bot.delivery.urls import (
    MAX_URL_LENGTH,
    NUMERIC_LABEL,
    only_https,
    read_host,
    read_port,
    refuse_chat,
    refused_port,
    split,
    split_authority,
    too_long,
)
from bot.errors import RefusedAddress
from bot.texts import _

MOST_ADDRESSES = 64  # a name with more is nobody's receiver
DNS_SECONDS = 5.0
HTTPS_PORT = 443
HTTP_PORT = 80

NEVER = frozenset({METADATA, MALFORMED})
METADATA_NAMES = frozenset(
    {"metadata.google.internal", "metadata.goog", "metadata", "instance-data"}
    | {"instance-data.ec2.internal"}
)
LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})

PATH_SAFE = "/?:@!$&'()*+,;=-._~%[]"

Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""Asks for a name's addresses; a name that ends in a dot is absolute. OSError when none came."""


@dataclass(frozen=True, slots=True)
class GuardedUrl:
    """A URL that passed the guard: this very text is stored, shown and dialled."""

    text: str
    scheme: str
    host: str  # a lower-case ASCII name (IDN as punycode), or a canonical IP literal
    port: int
    is_literal: bool
    url: URL = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", URL(self.text, encoded=True))


@dataclass(frozen=True, slots=True)
class GuardPolicy:
    """Policy: the addresses that an operator allows beyond the public internet."""

    allow_hosts: frozenset[str] = frozenset()
    allow_networks: tuple[Network, ...] = ()
    denied_ports: frozenset[int] = frozenset(DENIED_PORTS)
    allow_http: bool = False  # only ever for an allowed host, or a literal in an allowed network
    named: frozenset[tuple[str, int | None]] = frozenset()  # from a command line

    def allowing(self, host: str, port: int | None = None) -> "GuardPolicy":
        """Also allow one host, private or plain http, at one port or (None) at any."""
        return replace(self, named=self.named | {(canonical_host(host), port)})


class Guard:
    """Judges URLs and addresses by the deny tables and one policy."""

    def __init__(self, policy: GuardPolicy, resolve: Resolve) -> None:
        self._policy = policy
        self._resolve = resolve
        self._named_hosts = frozenset(host for host, _port in policy.named)
        self._hosts = self._named_hosts | {canonical_host(host) for host in policy.allow_hosts}

    def parse(self, text: str) -> GuardedUrl:
        """The URL in its one normal form, without asking any name server."""
        scheme, authority, rest = split(text)
        host_text, port_text = split_authority(authority)
        host = read_host(host_text)
        is_address = is_literal(host)
        self._refuse_host(host, is_address)
        default_port = HTTPS_PORT if scheme == "https" else HTTP_PORT
        port = default_port if port_text is None else read_port(port_text)
        self._refuse_scheme(scheme, host, port, is_address)
        self._refuse_port(scheme, host, port)
        shown_host = f"[{host}]" if ":" in host else host
        shown_port = "" if port == default_port else f":{port}"
        path, mark, query = rest.partition("?")
        # A question mark with nothing behind it is never sent.
        target = f"{path}{mark if query else ''}{query}"
        path = quote(target if target.startswith("/") else "/" + target, safe=PATH_SAFE)
        normal = f"{scheme}://{shown_host}{shown_port}{path}"
        if len(normal) > MAX_URL_LENGTH:
            raise too_long()
        return GuardedUrl(normal, scheme, host, port, is_address)

    async def check(self, text: str) -> GuardedUrl:
        """Parse, then ask for the name's addresses: all of them must be allowed."""
        url = self.parse(text)
        refuse_chat(url.host, url.url.raw_path)
        if not url.is_literal:
            await self.addresses(url.host)
        return url

    async def addresses(self, host: str) -> tuple[str, ...]:
        """The addresses that may be dialled for a name that `parse` let through, in turn."""
        # Absolute, so that no search domain turns it into another name; an allowed host may
        # be one that only the search domain or the hosts file knows.
        query = host if host in self._hosts else host + "."
        try:
            async with asyncio.timeout(DNS_SECONDS):
                found = tuple(dict.fromkeys(await self._resolve(query)))
        except (OSError, UnicodeError) as error:
            raise unreachable(host) from error
        if not 0 < len(found) <= MOST_ADDRESSES:
            raise unreachable(host)
        if not all(self.allows(address, host) for address in found):
            raise blocked()
        return interleaved(found)

    async def trusted_addresses(self, host: str) -> tuple[str, ...]:
        """The addresses of a host that the operator named, wherever they are; OSError if none."""
        async with asyncio.timeout(DNS_SECONDS):
            return tuple(dict.fromkeys(await self._resolve(host)))[:MOST_ADDRESSES]

    def allows(self, address: str, host: str) -> bool:
        """Whether that address may be dialled for that host; a metadata service never is."""
        reason = read(address)[1]
        if reason is None or reason in NEVER:
            return reason is None
        return host in self._hosts or self._in_networks(address)

    def _refuse_host(self, host: str, is_address: bool) -> None:
        if is_address:
            if not self.allows(host, host):
                raise blocked()
            return
        if host in METADATA_NAMES:
            raise blocked()
        if host in self._hosts:
            return
        if host in LOCAL_NAMES or host.endswith(".localhost"):
            raise blocked()
        if "." not in host:
            raise RefusedAddress(
                _("Write the whole host name, with a dot in it, such as hooks.example.com.")
            )

    def _refuse_scheme(self, scheme: str, host: str, port: int, is_address: bool) -> None:
        if scheme == "https" or self._is_named(host, port):
            return
        trusted = host in self._hosts or (is_address and self._in_networks(host))
        if not (self._policy.allow_http and trusted):
            raise only_https()

    def _refuse_port(self, scheme: str, host: str, port: int) -> None:
        if port == HTTPS_PORT or self._is_named(host, port):
            return
        if scheme == "http" and port == HTTP_PORT:
            return
        if port < 1024 or port in self._policy.denied_ports:
            raise refused_port(str(port))

    def _in_networks(self, address: str) -> bool:
        ip = read(address)[0]
        return ip is not None and any(ip in network for network in self._policy.allow_networks)

    def _is_named(self, host: str, port: int) -> bool:
        return (host, None) in self._policy.named or (host, port) in self._policy.named


def is_literal(host: str) -> bool:
    """Whether that host is an address rather than a name."""
    return ":" in host or NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]) is not None


def interleaved(addresses: Sequence[str]) -> tuple[str, ...]:
    """IPv6 and IPv4 by turns: where one family leads nowhere, the other has its try at once."""
    first = ":" in addresses[0]
    one = [address for address in addresses if (":" in address) is first]
    other = [address for address in addresses if (":" in address) is not first]
    pairs = zip_longest(one, other)
    return tuple(address for pair in pairs for address in pair if address is not None)


def canonical_host(host: str) -> str:
    """A host as an operator writes it, in the form in which hosts are compared."""
    text = host.strip().lower().removeprefix("[").removesuffix("]")
    address = read(text)[0]
    return text if address is None else str(address)


def blocked() -> RefusedAddress:
    return RefusedAddress(
        _("blocked: private address. Use one that can be reached from the public internet.")
    )


def unreachable(host: str) -> RefusedAddress:
    message = _(kept.UNREACHABLE_HOST)
    return RefusedAddress(message.format(host=host), reason="dns")
