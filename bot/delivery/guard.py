"""The address guard: which URLs Herald dials, for every URL that a person can type."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote

import idna
from yarl import URL

from bot.config import DENIED_PORTS
from bot.delivery.addresses import MALFORMED, METADATA, Network, read
from bot.errors import RefusedAddress
from bot.texts import _

MAX_URL_LENGTH = 2048
MAX_HOST_LENGTH = 253
MOST_ADDRESSES = 64  # a name with more is nobody's receiver
DIALLED_ADDRESSES = 8
DNS_SECONDS = 5.0
HTTPS_PORT = 443
HTTP_PORT = 80

NEVER = frozenset({METADATA, MALFORMED})
METADATA_NAMES = frozenset(
    {"metadata.google.internal", "metadata.goog", "metadata", "instance-data"}
    | {"instance-data.ec2.internal"}
)
LOCAL_NAMES = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})

SHAPE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^#]*)(#.*)?", re.DOTALL)
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# A last label that a resolver would read as a number makes the whole name an IPv4 address.
NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
PORT = re.compile(r"[1-9][0-9]{0,4}")
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
    """What the operator of an instance allows beyond the public internet."""

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
        is_literal = ":" in host or NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]) is not None
        self._refuse_host(host, is_literal)
        default_port = HTTPS_PORT if scheme == "https" else HTTP_PORT
        port = default_port if port_text is None else read_port(port_text)
        self._refuse_scheme(scheme, host, port, is_literal)
        self._refuse_port(scheme, host, port)
        shown_host = f"[{host}]" if ":" in host else host
        shown_port = "" if port == default_port else f":{port}"
        path = quote(rest if rest.startswith("/") else "/" + rest, safe=PATH_SAFE)
        normal = f"{scheme}://{shown_host}{shown_port}{path}"
        if len(normal) > MAX_URL_LENGTH:
            raise too_long()
        return GuardedUrl(normal, scheme, host, port, is_literal)

    async def check(self, text: str) -> GuardedUrl:
        """Parse, then ask for the name's addresses: all of them must be allowed."""
        url = self.parse(text)
        if not url.is_literal:
            await self.addresses(url.host)
        return url

    async def addresses(self, host: str) -> tuple[str, ...]:
        """The addresses that may be dialled for a name that `parse` let through."""
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
        return found[:DIALLED_ADDRESSES]

    def allows(self, address: str, host: str) -> bool:
        """Whether that address may be dialled for that host; a metadata service never is."""
        reason = read(address)[1]
        if reason is None or reason in NEVER:
            return reason is None
        return host in self._hosts or self._in_networks(address)

    def _refuse_host(self, host: str, is_literal: bool) -> None:
        if is_literal:
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

    def _refuse_scheme(self, scheme: str, host: str, port: int, is_literal: bool) -> None:
        if scheme == "https" or self._is_named(host, port):
            return
        trusted = host in self._hosts or (is_literal and self._in_networks(host))
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


def canonical_host(host: str) -> str:
    """A host as an operator writes it, in the form in which hosts are compared."""
    text = host.strip().lower().removeprefix("[").removesuffix("]")
    address = read(text)[0]
    return text if address is None else str(address)


def split(text: str) -> tuple[str, str, str]:
    """Scheme, authority and the rest, after refusing every character that parsers disagree on."""
    if len(text) > MAX_URL_LENGTH:
        raise too_long()
    if not text.isprintable() or " " in text:
        raise RefusedAddress(
            _("An address has no spaces, tabs, line breaks or invisible characters: remove them.")
        )
    if "\\" in text:
        raise RefusedAddress(_("An address has no backslashes: write / instead."))
    match = SHAPE.fullmatch(text)
    if match is None:
        raise RefusedAddress(_("Write the whole address, starting with https://."))
    scheme, authority, rest, fragment = match.groups()
    if scheme.lower() not in ("https", "http"):
        raise only_https()
    if fragment is not None:
        raise RefusedAddress(_("Remove the # and what follows it: it is never sent."))
    return scheme.lower(), authority, rest


def split_authority(authority: str) -> tuple[str, str | None]:
    """Host and port as written; the port is None when there is none."""
    if "@" in authority:
        raise RefusedAddress(_("Remove the user name or password before the @ sign."))
    if "%" in authority:
        raise RefusedAddress(_("Write the host name without a % sign or network zone."))
    host, colon, port = authority, "", ""
    if authority.startswith("["):
        host, bracket, tail = authority.partition("]")
        host += bracket
        colon, port = tail[:1], tail[1:]
        if not bracket or colon not in ("", ":"):
            raise bad_host()
    elif ":" in authority:
        host, colon, port = authority.partition(":")
    return host, port if colon else None


def read_host(text: str) -> str:
    """A canonical IP literal, or a lower-case ASCII name."""
    if text.startswith("["):
        try:
            return str(IPv6Address(text[1:-1]))
        except AddressValueError as error:
            raise bad_host() from error
    name = to_ascii(text)
    if name.endswith("."):
        raise RefusedAddress(_("Remove the dot at the end of the host name."))
    labels = name.split(".")
    if NUMERIC_LABEL.fullmatch(labels[-1]):
        return read_ipv4(text)
    if len(name) > MAX_HOST_LENGTH or not all(LABEL.fullmatch(label) for label in labels):
        raise bad_host()
    return name


def read_ipv4(text: str) -> str:
    """Four plain decimal numbers; every other spelling is refused, whatever it would mean."""
    try:
        if text.isascii():  # full-width digits would pass as digits
            return str(IPv4Address(text))
        raise AddressValueError(text)
    except AddressValueError as error:
        raise RefusedAddress(
            _("Write an IP address as four plain numbers, such as 192.0.2.1, or use a host name.")
        ) from error


def to_ascii(text: str) -> str:
    """A name in lower-case ASCII; other scripts and full-width letters become punycode."""
    if text.isascii():
        return text.lower()
    if len(text) > MAX_HOST_LENGTH:
        raise bad_host()
    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode("ascii").lower()
    except UnicodeError as error:
        raise bad_host() from error


def read_port(text: str) -> int:
    """A port number in plain digits."""
    if not PORT.fullmatch(text) or int(text) > 65535:
        raise refused_port(text[:10])
    return int(text)


def too_long() -> RefusedAddress:
    message = _("The address is too long: use one of at most {limit} characters.")
    return RefusedAddress(message.format(limit=MAX_URL_LENGTH))


def only_https() -> RefusedAddress:
    return RefusedAddress(_("Only https is accepted: use an address that starts with https://."))


def bad_host() -> RefusedAddress:
    return RefusedAddress(_("The host name is not valid: check its spelling."))


def refused_port(port: str) -> RefusedAddress:
    message = _("Port {port} is not accepted: use 443, or another one from 1024 to 65535.")
    return RefusedAddress(message.format(port=port))


def blocked() -> RefusedAddress:
    return RefusedAddress(
        _("blocked: private address. Use one that can be reached from the public internet.")
    )


def unreachable(host: str) -> RefusedAddress:
    message = _("unreachable: no usable address was found for {host}. Check how it is spelled.")
    return RefusedAddress(message.format(host=host), reason="dns")
