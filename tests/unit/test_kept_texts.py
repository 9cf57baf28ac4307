"""Kept texts: whatever is written of a failed attempt is read in each language, also long after."""

import os
import re
import ssl
from collections.abc import Iterator
from errno import ECONNREFUSED, ECONNRESET, EHOSTUNREACH

import pytest
from aiohttp import ClientConnectorError, ClientHttpProxyError
from aiohttp.client_reqrep import ConnectionKey, RequestInfo
from aiohttp.http import HttpProcessingError
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bot import kept_texts
from bot.delivery.connector import ProxyStage
from bot.delivery.failures import Deadlines, at, cut, failure, late, unconnected
from bot.delivery.proxied import proxied_failure
from bot.delivery.sender import redirect_detail
from bot.delivery.verdict import decide
from bot.dialects.base import Answer
from bot.dialects.standard import Standard
from bot.errors import RefusedAddress
from bot.kept_texts import worded
from bot.outbox.filters import FilterFailed, lets_through
from bot.outbox.held_limits import WAITED_TOO_LONG
from tests.support.pseudo_locales import accented, spoken

LIMITS = Deadlines()
STANDARD = Standard("test")
KEY = ConnectionKey("receiver.example", 443, True, True, None, None, None)
NOBODYS = re.compile(r"HTTP \d+|example\.org|(length|sum)\(\)|string|array|object|number")
"""What is a number or a name in any language."""
ASCII_WORD = re.compile(r"[A-Za-z]{2,}")


def _attempts() -> Iterator[tuple[str, str]]:
    """Every way in which an attempt ends without an answer, as the sender tells it."""
    alert = ssl.SSLError(1, "x")
    alert.reason = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
    broken = OSError()
    broken.__cause__ = alert
    for error in (
        RefusedAddress("", reason="dns"),
        RefusedAddress(""),
        TimeoutError(),
        HttpProcessingError(),
        ConnectionResetError(),
        broken,
        *(ClientConnectorError(KEY, OSError(n, "")) for n in (ECONNREFUSED, EHOSTUNREACH, 0)),
    ):
        yield failure(error, None, LIMITS, is_tls=True)
        for stage in (ProxyStage.CONNECT, ProxyStage.TUNNEL, ProxyStage.PROXY):
            yield proxied_failure(error, None, LIMITS, stage)
    asked = RequestInfo(URL(), "CONNECT", CIMultiDictProxy(CIMultiDict[str]()))
    for status in (403, 405, 407, 418, 501, 502):
        error = ClientHttpProxyError(asked, (), status=status)
        yield proxied_failure(error, None, LIMITS, ProxyStage.CONNECT)
    yield late(None, LIMITS, is_tls=False)
    yield unconnected(ClientConnectorError(KEY, OSError(ECONNRESET, "")), stalled=True)


def _written() -> Iterator[str]:
    for kind, detail in _attempts():
        yield kind
        yield detail
    yield cut(TimeoutError(), None, LIMITS)
    yield cut(OSError(), None, LIMITS)
    for location in (None, "http://[", "mailto:x", "/x", "https://example.org/x"):
        given = CIMultiDict({} if location is None else {"Location": location})
        yield redirect_detail(CIMultiDictProxy(given))
    for phase in kept_texts.PHASES:
        yield at(phase, kept_texts.CLOSED)
    for status in (503, None):
        answer = Answer(status, 1, None if status else "timeout")
        for attempt in (1, STANDARD.schedule.max_attempts):
            yield decide(STANDARD, answer, attempt=attempt, now=0, jitter=0).reason or ""
    yield from WAITED_TOO_LONG
    for expression in ("length(`1`)", "sum(data)"):
        with pytest.raises(FilterFailed) as failed:
            lets_through(expression, {"data": "x"})
        yield str(failed.value)


def test_what_is_kept_in_english_is_read_in_every_language() -> None:
    texts = sorted(set(_written()))
    assert len(texts) > 40
    assert [worded(text) for text in texts] == texts  # the source language
    with spoken(accented):
        left = {text: ASCII_WORD.findall(NOBODYS.sub("", worded(text))) for text in texts}
    assert {text: words for text, words in left.items() if words} == {}


def _german(text: str) -> str:
    return text.replace("connect:", "Verbinden:")


def test_the_words_of_a_library_stay_as_they_are() -> None:
    with spoken(_german):
        assert worded(at("connect", os.strerror(1))) == f"Verbinden: {os.strerror(1)}"
        assert worded("***") == "***"
