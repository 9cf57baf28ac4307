"""Kept texts: English in the database and the log, and read by each in their own language.

They say why an attempt or a filter failed: a worker, which knows no reader, puts them together out
of what stands here, and `worded` finds them again by their form.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from string import Formatter
from typing import cast

from bot.texts import N_, gettext

# Classes of failed attempts, as `Answer.error` holds them.
CLASSES = (
    N_("timeout"),
    N_("connection"),
    N_("dns"),
    N_("tls"),
    N_("protocol"),
    N_("proxy"),
    N_("internal"),
    N_("blocked_address"),
    N_("chat_webhook"),
    N_("unreadable_secret"),
)

# Why a delivery has failed.
AFTER_ATTEMPTS = N_("{why}, after {number} attempts")
DAMAGED = N_("its stored event is damaged")
HELD_TOO_LONG = N_("held_too_long")
QUEUED_TOO_LONG = N_("queued_too_long")
UNKNOWN_OUTCOME = N_("outcome unknown: the process stopped before it was recorded")
OWN_ERROR = N_("an error of Herald's own; it is in its log")
UNREADABLE_SECRET = N_("no key that Herald has now opens its secret; Herald's log says more")

# How far an attempt came, and why no further.
PHASES = {
    "connect": N_("connect: {why}"),
    "request": N_("request: {why}"),
    "status": N_("status: {why}"),
    "headers": N_("headers: {why}"),
    "certificate": N_("certificate: {why}"),
    "handshake": N_("handshake: {why}"),
    "body": N_("body cut: {why}"),
}
BODY_LIMIT = N_("body cut at {number} bytes")
BLOCKED = N_("blocked: private address")
UNREACHABLE_HOST = N_(
    "unreachable: no usable address was found for {host}. Check how it is spelled."
)
REFUSED_PORT = N_("Port {port} is not accepted: use 443, or another one from 1024 to 65535.")
LONG_ADDRESS = N_("The address is too long: use one of at most {limit} characters.")
UNREACHABLE = N_("unreachable: the name has no usable address")
CLOSED = N_("closed by the other side")
MALFORMED = N_("malformed")
NOT_MADE = N_("it could not be made")
NO_ANSWER = N_("no answer within {seconds} s")
NO_CONNECTION = N_("no connection within {seconds} s")
NOT_FINISHED = N_("not finished within {seconds} s")
UNCONNECTED = N_("no connection")
SYSTEM_WORDS = (  # of the numbers that a connection mostly ends with, as os.strerror tells them
    N_("connection refused"),
    N_("connection reset by peer"),
    N_("connection timed out"),
    N_("no route to host"),
    N_("network is unreachable"),
    N_("network is down"),
    N_("host is down"),
    N_("broken pipe"),
    N_("too many open files"),
    N_("too many open files in system"),
    N_("cannot assign requested address"),
)

# What came was no answer.
NOT_HTTP = N_("not an HTTP answer")
NO_STATUS = N_("{number} is not the status of an answer")
TOO_MANY_ANSWERS = N_("more than one answer")
ANSWER_BEFORE = N_("an answer before the request")
TOO_MANY_INFORMATIONAL = N_("too many informational answers")
LONG_HEAD = N_("head too long")
LONG_ANSWER = N_("answer too long")
EMPTY_LINE = N_("an empty line instead of an answer")
REDIRECT = N_("redirect to {host}, not followed")
SAME_HOST = N_("the same host")
NOWHERE = N_("redirect without a Location, not followed")
UNREADABLE_REDIRECT = N_("redirect to an address that cannot be read, not followed")

# TLS.
NO_AUTHORITIES = N_("Herald's own machine has no certificate authorities at all")
UNTRUSTED = N_("not trusted")
CERTIFICATE_KINDS = {  # by OpenSSL's numbers (x509_vfy.h)
    7: N_("forged"),
    9: N_("not yet valid"),
    10: N_("expired"),
    18: N_("self-signed"),
    19: N_("self-signed"),
    20: N_("unknown authority"),
    21: N_("unknown authority"),
    62: N_("wrong host"),
    64: N_("wrong host"),
}
ALERTS = {  # OpenSSL's words that mean nothing to whoever runs the receiver
    "certificate required": N_("a client certificate is wanted"),
    "handshake failure": N_("refused by the other side, which may want a client certificate"),
    "unexpected eof while reading": CLOSED,
}
OPENSSL_WORDS = (
    N_("failed"),
    N_("wrong version number"),
    N_("unsupported protocol"),
    N_("protocol version"),
    N_("internal error"),
    N_("unrecognized name"),
    N_("record layer failure"),
    N_("packet length too long"),
)

# Herald's own proxy.
BY_PROXY = N_("{why} (by way of Herald's proxy)")
PROXY_REFUSALS = {
    403: N_("Herald's own proxy does not let Herald go there (403)"),
    407: N_("Herald's own proxy wants a user and a password, or others than it was given (407)"),
    405: N_("Herald's own proxy makes no connections for others (405)"),
    501: N_("Herald's own proxy makes no connections for others (501)"),
}
PROXY_FAULT = N_("Herald's own proxy did not get there ({status})")
PROXY_REFUSED = N_("Herald's own proxy refused the connection ({status})")
PROXY_MUTE = N_("Herald's own proxy gave no answer within {seconds} s")
PROXY_AWAY = N_("Herald's own proxy took no connection within {seconds} s")
PROXY_NOT_HTTP = N_("Herald's own proxy gave no answer that is one of HTTP")
PROXY_CLOSED = N_("Herald's own proxy hung up")
PROXY_NAMELESS = N_("Herald's own proxy has a name that leads nowhere")
PROXY_UNTRUSTED = N_("Herald's own proxy is not to be trusted ({why})")
PROXY_UNREACHABLE = N_("Herald's own proxy cannot be reached")

# Filters.
FILTER_STEPS = N_("it takes more than {number} steps on this event")
FILTER_TYPES = N_("{function}() needs {types} and got {type}")
FILTER_UNREAD = N_("this version cannot read it")
FILTER_COMPARES = N_("it compares a text with something else")
FILTER_FAILED = N_("it cannot be evaluated ({error})")


def worded(kept: str) -> str:
    """A kept text in the language of whoever reads it; a library's own words stay as they are."""
    plain, forms = _known()
    if kept in plain:
        return gettext(kept)
    for pattern, form in forms:
        if found := pattern.fullmatch(kept):
            values = {name: worded(value) for name, value in found.groupdict().items()}
            return gettext(form).format(**values)
    return gettext(kept) if " " in kept else kept  # a refusal of the guard's, or nobody's


@lru_cache(maxsize=1)
def _known() -> tuple[frozenset[str], list[tuple[re.Pattern[str], str]]]:
    """The texts that stand here, and the forms of those that are filled in; the longest first."""
    texts = frozenset(_texts(value for name, value in globals().items() if name.isupper()))
    forms = sorted((one for one in texts if "{" in one), key=lambda one: (-len(one), one))
    return texts, [(_pattern(one), one) for one in forms]


def _texts(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | tuple):
            held = cast("dict[object, object] | tuple[object, ...]", value)
            yield from _texts(held.values() if isinstance(held, dict) else held)


def _pattern(form: str) -> re.Pattern[str]:
    parts = (
        re.escape(text) + (f"(?P<{name}>.+)" if name else "")
        for text, name, _spec, _conversion in Formatter().parse(form)
    )
    return re.compile("".join(parts), re.DOTALL)
