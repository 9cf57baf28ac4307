"""Headers of an admin's own, without I/O: what may be set, and what stays hidden."""

import re
from collections.abc import Mapping

from bot.errors import UserError
from bot.texts import _
from bot.user_text import repeated

HEADERS_LIMIT = 10
LINE_LIMIT = 1024  # bytes of a name, a colon and a value
SHOWN_LIMIT = 4000  # characters in which they can be edited (source: Discord's text inputs)
KEPT = "…"  # stands for a stored value: no header may hold it, so it is never meant as one

# What decides how a request is framed, routed or answered; cookies are never sent.
FORBIDDEN = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "cookie",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x20-\x7e]*")


def parse_headers(text: str, known: Mapping[str, str], reserved: frozenset[str]) -> dict[str, str]:
    """Headers from lines `Name: value`; a value `…` keeps the one that is stored.

    `reserved` are the dialect's own names in lower case. A UserError says which line is wrong.
    """
    headers: dict[str, str] = {}
    for number, line in enumerate(re.split(r"\r?\n", text), 1):
        if not line.strip():
            continue
        name, value = _pair(line, number)
        _refuse_name(name, reserved | {given.lower() for given in headers}, reserved)
        headers[name] = _stored(name, known) if value == KEPT else _value(name, value)
    if len(headers) > HEADERS_LIMIT:
        raise UserError(_("Set at most {limit} headers of your own.").format(limit=HEADERS_LIMIT))
    if len(shown_headers(headers)) > SHOWN_LIMIT:
        raise UserError(_("The names of your headers are too long together: use shorter ones."))
    return headers


def shown_headers(headers: Mapping[str, str]) -> str:
    """The lines that keep what is stored and show no value."""
    return "\n".join(f"{name}: {KEPT}" for name in headers)


def _pair(line: str, number: int) -> tuple[str, str]:
    """Name and value; what has no name may be a secret, and is not repeated: refusals are logged.

    A UserError says the number of the line, counted from 1.
    """
    name, colon, value = line.partition(":")
    if not colon:
        text = _("Line {number} has no colon: write each header as a line such as {example}.")
        raise UserError(text.format(number=number, example="X-Team: moderation"))
    name, value = name.strip(" \t"), value.strip(" \t")
    if not _NAME.fullmatch(name):
        text = _("Line {number} begins with no name for a header: use letters, digits and hyphens.")
        raise UserError(text.format(number=number))
    return name, value


def _refuse_name(name: str, taken: frozenset[str], reserved: frozenset[str]) -> None:
    lower = name.lower()
    if lower in FORBIDDEN or lower in reserved:
        text = _("The header “{name}” is not yours to set; leave it out.")
        raise UserError(text.format(name=repeated(name)))
    if lower in taken:
        text = _("The header “{name}” is there twice; keep one of them.")
        raise UserError(text.format(name=repeated(name)))


def _value(name: str, value: str) -> str:
    if not _VALUE.fullmatch(value):
        text = _(
            "The value of “{name}” holds a character that a header cannot carry: use plain "
            "letters, digits and signs on one line."
        )
        raise UserError(text.format(name=repeated(name)))
    if len(name) + 1 + len(value) > LINE_LIMIT:
        text = _("The header “{name}” is too long: {limit} bytes are the limit.")
        raise UserError(text.format(name=repeated(name), limit=LINE_LIMIT))
    return value


def _stored(name: str, known: Mapping[str, str]) -> str:
    for stored, value in known.items():
        if stored.lower() == name.lower():
            return value
    text = _("“{name}” has no value yet: write one instead of {kept}.")
    raise UserError(text.format(name=repeated(name), kept=KEPT))
