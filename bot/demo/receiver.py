"""Receiver of the demo: it verifies every request, dedupes by id, and can be told to fail."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from aiohttp import web
from multidict import CIMultiDict

from bot.clock import Clock
from bot.demo.contracts import fault_in_signature, faults_in_envelope, id_of, type_of
from bot.demo.loopback import Loopback

KEPT = 1_000
PATH = "/hooks"
BODY_LIMIT = 1024 * 1024
HUNG = 504  # what a request is answered whose sender was kept waiting
REASONS = {500: "told to fail", HUNG: "told to hang", 503: "no secret yet"}
HANG_SECONDS = 15.0  # longer than the 10 s that the bot waits


class Manner(Enum):
    """Manner in which requests are treated until told otherwise; the value says it to people."""

    WELL = "It answers as it should."
    FAILING = "It answers 500 until you press “Recover”."
    HANGING = "It takes requests and never answers; the bot gives up after 10 s."


@dataclass(frozen=True, slots=True)
class Receipt:
    """One request as it came in, and what the receiver made of it."""

    at: datetime
    path: str
    key: str  # what tells this delivery from another
    event_type: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fault: str | None  # in the signature
    broken: tuple[str, ...]  # promises about envelope and headers
    repeated: bool  # accepted before under the same id
    status: int  # what was answered

    def is_signed_with(self, secrets: Collection[str]) -> bool:
        """Whether one of these made its signature."""
        headers, at = CIMultiDict(self.headers), int(self.at.timestamp())
        return fault_in_signature(headers, self.body, secrets=secrets, now=at) is None

    @property
    def verified(self) -> bool:
        return self.fault is None and not self.broken

    @property
    def accepted(self) -> bool:
        return self.verified and self.status < 300


@dataclass(slots=True)
class SignatureCounts:
    """Requests by what their signature was worth."""

    verified: int = 0
    invalid: int = 0


class Receiver(Loopback):
    """Listens on loopback for deliveries; `secrets` are what its owner was shown by the bot."""

    def __init__(self, clock: Clock) -> None:
        self.secrets: list[str] = []
        self.failing = 0
        self.manner = Manner.WELL
        self.tally = SignatureCounts()
        self.receipts: deque[Receipt] = deque(maxlen=KEPT)
        self._accepted: set[tuple[str, str]] = set()
        self._clock = clock
        self._released = asyncio.Event()
        self._watchers: list[Callable[[Receipt], None]] = []
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_post("/{path:.*}", self._receive)
        super().__init__(app)

    async def stop(self) -> None:
        self.behave(Manner.WELL)  # nobody is kept waiting any longer
        await super().stop()

    @property
    def url(self) -> str:
        return f"{self.origin}{PATH}"

    def learn(self, secret: str) -> None:
        """Take a secret that its owner copied from Discord; the earlier ones stay good."""
        if secret not in self.secrets:
            self.secrets.append(secret)

    def fail_next(self, count: int) -> None:
        """Answer 500 to that many more requests."""
        self.failing += count

    def behave(self, manner: Manner) -> None:
        """Treat every request so from now on; those that hang are answered."""
        self.manner, self.failing = manner, 0
        self._released.set()
        self._released = asyncio.Event()

    def watch(self, watcher: Callable[[Receipt], None]) -> None:
        """Be told of every request once it is judged."""
        self._watchers.append(watcher)

    def is_at(self, url: str) -> bool:
        """Whether a delivery to that address comes here."""
        return url.startswith(f"{self.origin}/")

    def of_delivery(self, key: str, url: str, secrets: Collection[str]) -> Sequence[Receipt]:
        """What came in under that key at that address, signed by who has one of these secrets.

        Oldest first. A second endpoint with the same address has the same keys.
        """
        found = (one for one in self.receipts if (one.key, self.origin + one.path) == (key, url))
        return [one for one in found if one.is_signed_with(secrets)]

    async def _receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        now = self._clock.now()
        fault = fault_in_signature(
            request.headers,
            body,
            secrets=self.secrets,
            now=int(now.timestamp()),
        )
        key = id_of(request.headers)
        broken = tuple(faults_in_envelope(request.headers, body))
        known = (request.path, key)
        receipt = Receipt(
            at=now,
            path=request.path,
            key=key,
            event_type=type_of(request.headers, body),
            headers=tuple(request.headers.items()),
            body=body,
            fault=fault,
            broken=broken,
            repeated=known in self._accepted,
            status=self._status(fault, broken),
        )
        if receipt.accepted:
            self._accepted.add(known)
        if receipt.verified:
            self.tally.verified += 1
        else:
            self.tally.invalid += 1
        self.receipts.append(receipt)
        for watcher in self._watchers:
            watcher(receipt)
        if receipt.status == HUNG:
            await self._hang()
        return web.json_response({"answer": _words(receipt)}, status=receipt.status)

    async def _hang(self) -> None:
        with suppress(TimeoutError):  # the sender has given up long before
            async with asyncio.timeout(HANG_SECONDS):
                await self._released.wait()

    def _status(self, fault: str | None, broken: Sequence[str]) -> int:
        if self.manner is Manner.HANGING:
            return HUNG
        if self.manner is Manner.FAILING:
            return 500
        if self.failing > 0:
            self.failing -= 1
            return 500
        if not self.secrets:
            return 503  # nobody has told the secret yet; the sender will come again
        if fault is not None:
            return 401
        return 422 if broken else 200


def _words(receipt: Receipt) -> str:
    if receipt.status in REASONS:
        return REASONS[receipt.status]
    if receipt.repeated:
        return "seen before"
    return receipt.fault or "; ".join(receipt.broken) or "thank you"
