"""One attempt over HTTP: a POST through the guarded connector, and what came of it as data."""

import asyncio
import logging
import os
import re
import ssl as tls
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from time import monotonic
from urllib.parse import urlsplit

from aiohttp import (
    ClientConnectionError,
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientError,
    ClientPayloadError,
    ClientResponse,
    ClientResponseError,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    DummyCookieJar,
)
from multidict import CIMultiDictProxy

from bot.clock import Clock, SystemClock
from bot.delivery.guard import Guard, GuardedUrl
from bot.delivery.resolver import CEIL_NEVER, AnswerProtocol, PinnedConnector, dialled
from bot.dialects.base import Answer
from bot.errors import RefusedAddress

READ_BUFFER = 8192
MAX_RETRY_AFTER = 604_800.0
BLOCKED = "blocked: private address"
CERTIFICATE_KINDS = {9: "not yet valid", 10: "expired", 18: "self-signed", 19: "self-signed"} | {
    20: "unknown authority",
    21: "unknown authority",
    62: "wrong host",
    64: "wrong host",
}
SECONDS = re.compile(r"[0-9]{1,9}")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SenderLimits:
    """Seconds to connect (DNS, TCP, TLS) and in all; bytes of an answer read and kept."""

    connect: float = 5.0
    total: float = 10.0
    read_cap: int = 65_536
    keep: int = 2048


class Sender:
    """Posts to guarded URLs; whatever happens becomes an Answer."""

    def __init__(
        self,
        guard: Guard,
        limits: SenderLimits,
        *,
        ssl: tls.SSLContext | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._guard = guard
        self._limits = limits
        self._ssl = ssl
        self._clock = clock or SystemClock()

    async def start(self) -> None:
        """Open the shared session, and the one whose connections are always fresh."""
        self._session = self._open(reuse=True)
        self._fresh = self._open(reuse=False)

    async def close(self) -> None:
        """Close every connection; requests still in flight end as `connection`."""
        await self._session.close()
        await self._fresh.close()

    async def post(self, url: GuardedUrl, *, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One attempt; it raises nothing but CancelledError."""
        started = monotonic()
        try:
            # aiohttp hands no IP literal to a resolver, so each request asks again here.
            if url.is_literal and not self._guard.allows(url.host, url.host):
                return Answer(None, 0, "blocked_address", BLOCKED)
            try:
                response = await self._session.post(
                    url.url, data=body, headers=headers, allow_redirects=False
                )
            except ClientConnectionError as error:
                if not dropped_while_idle(error):
                    raise
                left = ClientTimeout(
                    total=max(self._limits.total - (monotonic() - started), 0.001),
                    connect=self._limits.connect,
                    ceil_threshold=CEIL_NEVER,
                )
                response = await self._fresh.post(
                    url.url, data=body, headers=headers, allow_redirects=False, timeout=left
                )
            return await self._answer(response, started)
        except Exception as error:  # noqa: BLE001 - every failure of an attempt is an outcome
            kind, detail = self._failure(error, url.scheme == "https")
            # A blocked address says nothing about our own network.
            connected = dialled.get() is not None or kind == "blocked_address"
            return Answer(None, elapsed_ms(started), kind, detail, connected=connected)

    def _open(self, *, reuse: bool) -> ClientSession:
        limits = self._limits
        return ClientSession(
            connector=PinnedConnector(self._guard, ssl=self._ssl or True, reuse=reuse),
            cookie_jar=DummyCookieJar(),
            headers={"Accept-Encoding": "identity"},
            timeout=ClientTimeout(
                total=limits.total, connect=limits.connect, ceil_threshold=CEIL_NEVER
            ),
            auto_decompress=False,
            trust_env=False,
            read_bufsize=READ_BUFFER,
        )

    async def _answer(self, response: ClientResponse, started: float) -> Answer:
        status = response.status
        content = response.content
        body, detail = (b"", "") if content.at_eof() else await self._read(response)
        if 200 <= status < 300:
            return Answer(status, elapsed_ms(started), None, detail, None, body)
        error = None
        retry_after = None
        if status in (429, 503):
            retry_after = self._retry_after(response.headers)
        elif 300 <= status < 400:
            detail = redirect_detail(response.headers)
        elif not 200 <= status < 600:
            error, detail = "protocol", f"status: {status} is not the status of an answer"
        return Answer(status, elapsed_ms(started), error, detail, retry_after, body)

    async def _read(self, response: ClientResponse) -> tuple[bytes, str]:
        """What is kept of the body; the status stands, however the body ends."""
        content = response.content
        kept = b""
        read = 0
        try:
            while not content.at_eof():
                piece = await content.readany()
                read += len(piece)
                if len(kept) < self._limits.keep:
                    kept += piece[: self._limits.keep - len(kept)]
                if read >= self._limits.read_cap:
                    response.close()
                    return kept, f"body cut at {self._limits.read_cap} bytes"
                if not content.at_eof():
                    await asyncio.sleep(0)  # a full buffer is read without waiting
        except (TimeoutError, ClientConnectionError, ClientPayloadError, OSError):
            response.close()
            return kept, "body cut"
        except BaseException:
            response.close()
            raise
        return kept, ""

    def _retry_after(self, headers: CIMultiDictProxy[str]) -> float | None:
        value = headers.get("Retry-After", "").strip()
        if SECONDS.fullmatch(value):
            return min(float(value), MAX_RETRY_AFTER)
        try:
            moment = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return min(max((moment - self._clock.now()).total_seconds(), 0.0), MAX_RETRY_AFTER)

    def _failure(self, error: Exception, is_tls: bool) -> tuple[str, str]:
        """The class and the words of an attempt without an answer."""
        protocol = dialled.get()
        if isinstance(error, RefusedAddress):
            found = error.reason != "dns"
            return error.reason, BLOCKED if found else "connect: the name has no usable address"
        if isinstance(error, TimeoutError):
            return self._timeout(protocol, is_tls)
        if isinstance(error, ClientError) and protocol is not None and protocol.excess:
            return "protocol", f"status: {protocol.excess}"
        if isinstance(error, ClientResponseError):
            return "protocol", "status: not an HTTP answer"
        if isinstance(error, ClientConnectorError):
            return connect_failure(error, stalled=is_tls and protocol is not None)
        if isinstance(error.__cause__, tls.SSLError):
            return "tls", f"handshake: {alert(error.__cause__)}"
        if isinstance(error, ClientConnectionError | OSError):
            return "connection", f"{phase(protocol)}: closed by the other side"
        log.error("an attempt failed in a way that has no class", exc_info=error)
        return "protocol", "request: it could not be made"

    def _timeout(self, protocol: AnswerProtocol | None, is_tls: bool) -> tuple[str, str]:
        limits = self._limits
        if protocol is None:
            return "timeout", f"connect: no connection within {limits.connect:g} s"
        if protocol.exchanges:
            return "timeout", f"{phase(protocol)}: no answer within {limits.total:g} s"
        if is_tls:
            return "tls", f"handshake: not finished within {limits.connect:g} s"
        return "timeout", f"connect: no connection within {limits.connect:g} s"


def dropped_while_idle(error: ClientConnectionError) -> bool:
    """Whether a kept-alive connection ended before a byte was answered: aiohttp retries no POST."""
    protocol = dialled.get()
    return (
        protocol is not None
        and protocol.exchanges > 1
        and not protocol.received
        and not isinstance(error, TimeoutError)
    )


def connect_failure(error: ClientConnectorError, *, stalled: bool) -> tuple[str, str]:
    """`stalled`: TCP was connected, so that it is TLS that failed."""
    if isinstance(error, ClientConnectorDNSError):
        return "dns", "connect: the name has no usable address"
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
    """OpenSSL's own word for what went wrong, such as "wrong version number"."""
    reason = str(getattr(error, "reason", "") or "failed")
    return reason.removeprefix("TLSV1_ALERT_").replace("_", " ").lower()


def phase(protocol: AnswerProtocol | None) -> str:
    """How far an attempt without an answer came."""
    if protocol is None or not protocol.exchanges:
        return "connect"
    return "request" if protocol.writing_paused and not protocol.received else "status"


def redirect_detail(headers: CIMultiDictProxy[str]) -> str:
    """Where a redirect pointed; it is never followed."""
    try:
        host = urlsplit(headers.get("Location", "")).hostname
    except ValueError:
        return "redirect to an address that cannot be read, not followed"
    shown = ascii(host or "the same host")[1:-1][:100]
    return f"redirect to {shown}, not followed"


def elapsed_ms(started: float) -> int:
    return int((monotonic() - started) * 1000)
