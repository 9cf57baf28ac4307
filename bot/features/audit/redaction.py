"""Redaction: what an entry must not hold, whoever wrote it: secrets, and the paths of addresses.

An address is kept up to its host: path and query are where tokens stand. Links to messages of
Discord hold none, and stay.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

GONE = "[redacted]"
ELSEWHERE = "/…"

_ADDRESS = re.compile(r"\b([a-z][a-z0-9+.-]*)://([^\s/?#\"'<>“”\\]+)([/?#][^\s\"'<>“”]*)?", re.I)
_MESSAGE_LINK = re.compile(r"(?:\w+\.)?discord\.com/channels/(?:\d+|@me)(?:/\d+){0,2}")
_HOOK = re.compile(r"\b((?:\w+\.)?discord(?:app)?\.com)/api/(?:v\d+/)?webhooks/\S+", re.I)
_SECRETS = (
    re.compile(r"\bwhsec_[A-Za-z0-9+/=_-]+"),
    re.compile(r"\b(?:Bearer|Bot|Basic)\s+[A-Za-z0-9._~+/=-]{16,}", re.I),
    re.compile(r"\b[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,}"),  # a bot's token
)
_SECRET_KEYS = re.compile(r"(secret|token|password|passwd|api[-_]?key|authorization|cookie)", re.I)


def redacted(text: str) -> str:
    """The text without secrets, its addresses without what comes after the host."""
    for secret in _SECRETS:
        text = secret.sub(GONE, text)
    return _HOOK.sub(rf"\1{ELSEWHERE}", _ADDRESS.sub(_origin, text))


def redacted_context(context: Mapping[str, Any]) -> dict[str, Any]:
    """The same of all that is in it, however deep; what is called a secret is none of it."""
    return {
        key: GONE if _is_secret(key, value) else _value(value) for key, value in context.items()
    }


def _is_secret(key: str, value: object) -> bool:
    """Whether it is named so; a number or a switch of that name is none."""
    return isinstance(value, str) and bool(value) and _SECRET_KEYS.search(key) is not None


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, Mapping):
        return redacted_context(cast("Mapping[str, Any]", value))
    if isinstance(value, list | tuple):
        return [_value(one) for one in cast("Sequence[Any]", value)]
    return value


def _origin(found: re.Match[str]) -> str:
    scheme, host, rest = found[1], found[2].rpartition("@")[2], found[3] or ""
    if _MESSAGE_LINK.fullmatch(f"{host}{rest}"):
        return f"{scheme}://{host}{rest}"
    return f"{scheme}://{host}{ELSEWHERE if len(rest) > 1 else ''}"
