"""URLs as somebody typed them: taken apart, and refused where readers might disagree."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import idna

from bot import kept_texts as kept
from bot.errors import RefusedAddress
from bot.texts import _

MAX_URL_LENGTH = 2048
MAX_HOST_LENGTH = 253

SHAPE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^#]*)(#.*)?", re.DOTALL)
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# A last label that a resolver would read as a number makes the whole name an IPv4 address.
NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
PORT = re.compile(r"[1-9][0-9]{0,4}")


CHATS = (
    ("Discord", re.compile(r"(.+\.)?discord(app)?\.com"), re.compile(r"/api/(v\d+/)?webhooks/")),
    ("Slack", re.compile(r"hooks\.slack(-gov)?\.com"), re.compile("/")),
    ("Microsoft Teams", re.compile(r".+\.webhook\.office\.com"), re.compile("/")),
    ("Google Chat", re.compile(r"chat\.googleapis\.com"), re.compile("/")),
)
"""Services, their hosts, and the paths of incoming webhooks there."""


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


def refuse_chat(host: str, target: str) -> None:
    """Refuse what takes messages for a chat: it knows another body, and answers each with 400."""
    for name, hosts, path in CHATS:
        if hosts.fullmatch(host) and path.match(target):
            text = _(
                "That is an incoming webhook of {service}, which takes messages for a channel and "
                "not events: it would refuse each of them. Use the address of a program of yours "
                "that receives events. Whoever has such an address can write there: keep it to "
                "yourself."
            )
            raise RefusedAddress(text.format(service=name), reason="chat_webhook")


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
    message = _(kept.LONG_ADDRESS)
    return RefusedAddress(message.format(limit=MAX_URL_LENGTH))


def only_https() -> RefusedAddress:
    return RefusedAddress(_("Only https is accepted: use an address that starts with https://."))


def bad_host() -> RefusedAddress:
    return RefusedAddress(_("The host name is not valid: check its spelling."))


def refused_port(port: str) -> RefusedAddress:
    message = _(kept.REFUSED_PORT)
    return RefusedAddress(message.format(port=port))
