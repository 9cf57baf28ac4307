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

from bot.delivery.answer_protocol import AnswerProtocol
from bot.errors import RefusedAddress

BLOCKED = "blocked: private address"
UNREACHABLE = "unreachable: the name has no usable address"
# By OpenSSL's numbers (x509_vfy.h).
CERTIFICATE_KINDS = {
    7: "forged",
    9: "not yet valid",
    10: "expired",
    18: "self-signed",
    19: "self-signed",
    20: "unknown authority",
    21: "unknown authority",
    62: "wrong host",
    64: "wrong host",
}
# OpenSSL's words that mean nothing to whoever runs the receiver.
ALERTS = {
    "certificate required": "a client certificate is wanted",
    "handshake failure": "refused by the other side, which may want a client certificate",
    "unexpected eof while reading": "closed by the other side",
}
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
        return error.reason, UNREACHABLE if error.reason == "dns" else BLOCKED
    if isinstance(error, TimeoutError):
        return late(protocol, deadlines, is_tls=is_tls)
    parsed = isinstance(error, ClientError | HttpProcessingError)
    if parsed and protocol is not None and protocol.excess:
        return "protocol", f"status: {protocol.excess}"
    if isinstance(error, HttpProcessingError):
        return "protocol", "status: not an HTTP answer"
    if isinstance(error, ClientConnectorError):
        return unconnected(error, stalled=is_tls and protocol is not None)
    if isinstance(error.__cause__, tls.SSLError):
        return "tls", f"handshake: {alert(error.__cause__)}"
    if isinstance(error, ClientConnectionError | OSError):
        return "connection", f"{phase(protocol)}: closed by the other side"
    log.error("an attempt failed in a way that has no class", exc_info=error)
    return "protocol", "request: it could not be made"


def late(protocol: AnswerProtocol | None, deadlines: Deadlines, *, is_tls: bool) -> tuple[str, str]:
    """What a deadline ended."""
    if protocol is not None and protocol.exchanges:
        return "timeout", f"{phase(protocol)}: no answer within {deadlines.total:g} s"
    if protocol is not None and is_tls:
        return "tls", f"handshake: not finished within {deadlines.connect:g} s"
    return "timeout", f"connect: no connection within {deadlines.connect:g} s"


def unconnected(error: ClientConnectorError, *, stalled: bool) -> tuple[str, str]:
    """No connection came about; `stalled`: TCP was connected, so that it is TLS that failed."""
    if isinstance(error, ClientConnectorDNSError):
        return "dns", UNREACHABLE
    if isinstance(error, ClientConnectorCertificateError):
        code = getattr(error.certificate_error, "verify_code", 0)
        return "tls", f"certificate: {CERTIFICATE_KINDS.get(code, 'not trusted')}"
    if isinstance(error, ClientSSLError):
        return "tls", f"handshake: {alert(error.os_error)}"
    if stalled:
        return "tls", "handshake: closed by the other side"
    # Only the number's own words: aiohttp's name the address.
    words = os.strerror(error.errno).lower() if error.errno else "no connection"
    return "connection", f"connect: {words}"


def alert(error: OSError) -> str:
    """OpenSSL's word for what went wrong, such as "wrong version number", or a plainer one."""
    reason = str(getattr(error, "reason", "") or "failed")
    for prefix in ALERT_PREFIXES:
        reason = reason.removeprefix(prefix)
    words = reason.replace("_", " ").lower()
    return ALERTS.get(words, words)


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
        return f"body cut: not finished within {deadlines.total:g} s"
    if protocol is not None and protocol.excess:
        return f"body cut: {protocol.excess}"
    if protocol is not None and protocol.malformed:
        return "body cut: malformed"
    return "body cut: closed by the other side"
