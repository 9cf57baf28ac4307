"""Sender: one attempt as a POST through the guarded connector, and what came of it as data."""

import asyncio
import errno
import re
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from time import monotonic
from urllib.parse import urlsplit

from aiohttp import ClientConnectionError, ClientPayloadError
from multidict import CIMultiDictProxy

from bot import kept_texts
from bot.clock import Clock, SystemClock
from bot.clock_skew import ClockSkew
from bot.delivery.connector import PinnedConnector, ProxyStage, TunnelConnector, dialled, stage
from bot.delivery.egress import Egress
from bot.delivery.failures import Deadlines, at, cut, failure
from bot.delivery.guard import Guard, GuardedUrl
from bot.delivery.http_client import Exchange, Response, TimedWait, Timeouts
from bot.delivery.idle import MOST, IdleConnections
from bot.delivery.proxied import proxied_failure, proxied_reach
from bot.delivery.reach import has_authorities, reach_of
from bot.dialects.base import Answer, Reach

MAX_RETRY_AFTER = 604_800.0
READ_CAP = 65_536  # bytes of an answer that are read
OUT_OF_FILES = frozenset({errno.EMFILE, errno.ENFILE})
KEPT = 2048  # bytes of them that are kept
SECONDS = re.compile(r"[0-9]{1,9}")


class Sender:
    """Posts to guarded URLs; whatever happens becomes an Answer."""

    def __init__(
        self,
        guard: Guard,
        limits: Deadlines,
        *,
        egress: Egress | None = None,
        clock: Clock | None = None,
        skew: ClockSkew | None = None,
        idle: int = MOST,
    ) -> None:
        self._guard = guard
        self._limits = limits
        self._egress = egress or Egress()
        self._clock = clock or SystemClock()
        self._skew = skew or ClockSkew()
        self._idle = IdleConnections(idle)

    async def start(self) -> None:
        """Open the pool of connections, and the one in which they are always fresh."""
        self._timeouts = {self._limits.total: Timeouts(self._limits.total)}
        self._kept = self._open(reuse=True)
        self._fresh = self._open(reuse=False)

    async def close(self) -> None:
        """Close every connection; requests still in flight end as `connection`."""
        await self._kept.close()
        await self._fresh.close()
        for timeouts in self._timeouts.values():
            timeouts.close()

    async def post(
        self,
        url: GuardedUrl,
        *,
        body: bytes,
        headers: Mapping[str, str],
        seconds: float | None = None,
    ) -> Answer:
        """One attempt, in so many seconds where not as usual; raises nothing but CancelledError."""
        # aiohttp hands no IP literal to a resolver, so each request asks again here.
        if url.is_literal and not self._guard.allows(url.host, url.host):
            return Answer(None, 0, "blocked_address", kept_texts.BLOCKED)
        started = monotonic()
        limits = self._limits if seconds is None else self._limits.within(seconds)
        try:
            with self._wait(limits.total) as lapses:
                response = await self._ask(url, body, headers)
            date = response.headers.get("Date")
            if date is not None and self._skew.is_news(url.host, date):
                self._skew.heard(url.host, date, self._clock.now())
            answer = await self._answer(response, started, lapses, limits)
            answer.reach = Reach.TRUSTED if url.scheme == "https" else Reach.NETWORK
            return answer
        except Exception as error:  # noqa: BLE001 - every failure of an attempt is an outcome
            return self._failed(error, url, started, limits)

    async def knock(self, url: GuardedUrl) -> Answer | None:
        """Connect there, agree on TLS and send nothing; what failed, None where all is well."""
        started = monotonic()
        try:
            with self._wait(self._limits.total):
                await self._fresh.knock(url.url)
        except Exception as error:  # noqa: BLE001 - as above
            return self._failed(error, url, started, self._limits)

    def _wait(self, seconds: float) -> TimedWait:
        timeouts = self._timeouts.get(seconds)
        if timeouts is None:
            timeouts = self._timeouts[seconds] = Timeouts(seconds)
        return timeouts.wait()

    def _failed(
        self, error: Exception, url: GuardedUrl, started: float, limits: Deadlines
    ) -> Answer:
        seen, is_tls = dialled.get(), url.scheme == "https"
        if (through := stage.get()) is not ProxyStage.DIRECT:
            kind, detail = proxied_failure(error, seen, limits, through)
            reach = proxied_reach(error, seen, through)
        else:
            kind, detail = failure(error, seen, limits, is_tls=is_tls)
            reach = reach_of(error, seen, kind, is_tls=is_tls)
        if reach is Reach.UNKNOWN_AUTHORITY and not has_authorities(self._egress.ssl):
            reach, detail = Reach.OURS, at("certificate", kept_texts.NO_AUTHORITIES)
        return Answer(None, elapsed_ms(started), kind, detail, reach=reach)

    def _open(self, *, reuse: bool) -> Exchange:
        guard, idle, connect = self._guard, self._idle, self._limits.connect
        ssl, proxy = self._egress.ssl or True, self._egress.proxy
        plain = PinnedConnector(guard, ssl=ssl, reuse=reuse, connect=connect, idle=idle)
        tunnels = None
        if proxy is not None:
            tunnels = TunnelConnector(
                guard, proxy, ssl=ssl, reuse=reuse, connect=connect, idle=idle
            )
        return Exchange(plain, connect=connect, tunnels=tunnels)

    async def _ask(self, url: GuardedUrl, body: bytes, headers: Mapping[str, str]) -> Response:
        try:
            return await self._kept.post(url.url, body, headers)
        except (ClientConnectionError, OSError) as error:
            if isinstance(error, OSError) and error.errno in OUT_OF_FILES and self._idle.shed():
                await asyncio.sleep(0)  # the loop closes them with its next turn
                return await self._fresh.post(url.url, body, headers)
            if not dropped_while_idle(error):
                raise
            return await self._fresh.post(url.url, body, headers)

    async def _answer(
        self, response: Response, started: float, lapses: float, limits: Deadlines
    ) -> Answer:
        """What came; the rest of the body has to be here at `lapses`, as the loop tells time."""
        status = response.status
        content = response.content
        body, detail = (b"", "") if content.at_eof() else await self._read(response, lapses, limits)
        if 200 <= status < 300:
            return Answer(status, elapsed_ms(started), None, detail, None, body)
        protocol = dialled.get()
        error = "protocol" if protocol is not None and protocol.malformed else None
        retry_after = None
        if status in (429, 503):
            retry_after = self._retry_after(response.headers)
        elif 300 <= status < 400:
            detail = redirect_detail(response.headers)
        elif not 200 <= status < 600:
            error, detail = "protocol", at("status", kept_texts.NO_STATUS.format(number=status))
        return Answer(status, elapsed_ms(started), error, detail, retry_after, body)

    async def _read(
        self, response: Response, lapses: float, limits: Deadlines
    ) -> tuple[bytes, str]:
        """What is kept of the body; the status stands, however the body ends."""
        content = response.content
        kept = b""
        read = 0
        try:
            if content.is_eof() and content.total_bytes <= KEPT:
                return content.read_nowait(), ""  # all of it came with the head
            async with asyncio.timeout_at(lapses):
                while not content.at_eof():
                    piece = await content.readany()
                    read += len(piece)
                    if len(kept) < KEPT:
                        kept += piece[: KEPT - len(kept)]
                    if read >= READ_CAP:
                        response.close()
                        return kept, kept_texts.BODY_LIMIT.format(number=READ_CAP)
                    if not content.at_eof():
                        await asyncio.sleep(0)  # a full buffer is read without waiting
        except (TimeoutError, ClientConnectionError, ClientPayloadError, OSError) as error:
            response.close()
            return kept, cut(error, dialled.get(), limits)
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


def dropped_while_idle(error: ClientConnectionError | OSError) -> bool:
    """Whether a kept-alive connection ended before a byte was answered: aiohttp retries no POST."""
    protocol = dialled.get()
    return (
        protocol is not None
        and protocol.exchanges > 1
        and not protocol.received
        and not isinstance(error, TimeoutError)
    )


def redirect_detail(headers: CIMultiDictProxy[str]) -> str:
    """Where a redirect pointed; it is never followed."""
    location = headers.get("Location")
    if location is None:
        return kept_texts.NOWHERE
    try:
        parts = urlsplit(location)
        host = parts.hostname
    except ValueError:
        return kept_texts.UNREADABLE_REDIRECT
    if host is None and (parts.scheme or parts.netloc):
        return kept_texts.UNREADABLE_REDIRECT
    shown = ascii(host or kept_texts.SAME_HOST)[1:-1][:100]
    return kept_texts.REDIRECT.format(host=shown)


def elapsed_ms(started: float) -> int:
    return int((monotonic() - started) * 1000)
