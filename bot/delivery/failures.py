"""Failures, attempts without a whole answer: a class for each, and words that name no address."""

import logging
import os
import ssl as tls
from dataclasses import dataclass

from aiohttp import (
    ClientConnectionError,
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientSSLError,
)
from aiohttp.http import HttpProcessingError

from bot import kept_texts as kept
from bot.delivery.answer_protocol import AnswerProtocol
from bot.errors import RefusedAddress

ALERT_PREFIXES = ("TLSV1_ALERT_", "TLSV13_ALERT_", "SSLV3_ALERT_")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Seconds to connect (DNS, TCP, TLS) and in all."""

    connect: float = 5.0
    total: float = 10.0

    def within(self, seconds: float) -> "Deadlines":
        """The same with so many seconds in all."""
        return Deadlines(min(self.connect, seconds), seconds)


def failure(
    error: Exception, protocol: AnswerProtocol | None, deadlines: Deadlines, *, is_tls: bool
) -> tuple[str, str]:
    """The class and the words; `protocol` is the connection, None where there was none."""
    if isinstance(error, RefusedAddress):
        return error.reason, kept.UNREACHABLE if error.reason == "dns" else kept.BLOCKED
    if isinstance(error, TimeoutError):
        return late(protocol, deadlines, is_tls=is_tls)
    parsed = isinstance(error, ClientError | HttpProcessingError)
    if parsed and protocol is not None and protocol.excess:
        return "protocol", at("status", protocol.excess)
    if isinstance(error, HttpProcessingError):
        return "protocol", at("status", kept.NOT_HTTP)
    if isinstance(error, ClientConnectorError):
        return unconnected(error, stalled=is_tls and protocol is not None)
    if isinstance(error.__cause__, tls.SSLError):
        return "tls", at("handshake", alert(error.__cause__))
    if isinstance(error, ClientConnectionError | OSError):
        return "connection", at(phase(protocol), kept.CLOSED)
    log.error("an attempt failed in a way that has no class", exc_info=error)
    return "protocol", at("request", kept.NOT_MADE)


def late(protocol: AnswerProtocol | None, deadlines: Deadlines, *, is_tls: bool) -> tuple[str, str]:
    """What a deadline ended."""
    if protocol is not None and protocol.exchanges:
        return "timeout", at(phase(protocol), within(kept.NO_ANSWER, deadlines.total))
    if protocol is not None and is_tls:
        return "tls", at("handshake", within(kept.NOT_FINISHED, deadlines.connect))
    return "timeout", at("connect", within(kept.NO_CONNECTION, deadlines.connect))


def unconnected(error: ClientConnectorError, *, stalled: bool) -> tuple[str, str]:
    """No connection came about; `stalled`: TCP was connected, so that it is TLS that failed."""
    if isinstance(error, ClientConnectorDNSError):
        return "dns", kept.UNREACHABLE
    if isinstance(error, ClientConnectorCertificateError):
        code = getattr(error.certificate_error, "verify_code", 0)
        return "tls", at("certificate", kept.CERTIFICATE_KINDS.get(code, kept.UNTRUSTED))
    if isinstance(error, ClientSSLError):
        return "tls", at("handshake", alert(error.os_error))
    if stalled:
        return "tls", at("handshake", kept.CLOSED)
    # Only the number's own words: aiohttp's name the address.
    words = os.strerror(error.errno).lower() if error.errno else kept.UNCONNECTED
    return "connection", at("connect", words)


def alert(error: OSError) -> str:
    """OpenSSL's word for what went wrong, such as "wrong version number", or a plainer one."""
    reason = str(getattr(error, "reason", "") or "failed")
    for prefix in ALERT_PREFIXES:
        reason = reason.removeprefix(prefix)
    words = reason.replace("_", " ").lower()
    return kept.ALERTS.get(words, words)


def at(phase: str, why: str) -> str:
    """How far it came, and why no further."""
    return kept.PHASES[phase].format(why=why)


def within(text: str, seconds: float) -> str:
    """The text with the seconds that were given."""
    return text.format(seconds=f"{seconds:g}")


def phase(protocol: AnswerProtocol | None) -> str:
    """How far an attempt without an answer came."""
    if protocol is None or not protocol.exchanges:
        return "connect"
    if protocol.line_seen:
        return "headers"
    return "request" if protocol.writing_paused and not protocol.received else "status"


def cut(error: Exception, protocol: AnswerProtocol | None, deadlines: Deadlines) -> str:
    """Why the body of an answer ended before its end."""
    if isinstance(error, TimeoutError):
        return at("body", within(kept.NOT_FINISHED, deadlines.total))
    if protocol is not None and protocol.excess:
        return at("body", protocol.excess)
    if protocol is not None and protocol.malformed:
        return at("body", kept.MALFORMED)
    return at("body", kept.CLOSED)
