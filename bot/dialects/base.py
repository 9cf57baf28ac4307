"""Base of dialects: pure functions from an event to bytes, and from an answer to a judgement."""

import secrets
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from bot.catalogue.base import Event
from bot.catalogue.test import TestPing


@dataclass(slots=True)
class Envelope:
    """An event with what the outbox gave it; the same for every endpoint and every attempt."""

    id: UUID
    event: Event
    created_at: datetime
    livemode: bool = True
    is_test: bool = False  # a person tries an endpoint: a dialect may have a sample of its own


@dataclass(slots=True)
class OutgoingAttempt:
    """One attempt about to leave: everything a dialect may put in a header."""

    event_id: UUID
    event_type: str
    endpoint_uuid: UUID
    delivery_id: int
    attempt: int
    body: bytes
    secret: str = field(repr=False)
    sent_at: int  # Unix seconds, taken afresh for every attempt
    next_secret: str | None = field(default=None, repr=False)  # waits until somebody switches


class Reach(StrEnum):
    """How far an attempt came: what it tells of our own side, whatever the receiver did."""

    NOWHERE = "nowhere"  # no refusal and no answer: the network may be down
    NETWORK = "network"  # a refusal or an answer, or anything that came back
    TRUSTED = "trusted"  # TLS was agreed on as well: our authorities and our clock are right
    UNKNOWN_AUTHORITY = "unknown_authority"
    WRONG_TIME = "wrong_time"  # a certificate that is not valid by our clock
    PROXY = "proxy"  # only the proxy came back, or what it let through proves nothing
    OURS = "ours"  # it failed on this machine, for want of something


@dataclass(slots=True)
class Answer:
    """Answer to one attempt; data only, the dialect judges it.

    `status` is None when no final answer came; `error` is then its class (`timeout`, `connection`,
    `dns`, `tls`, `protocol`, `proxy`, `blocked_address`) and `detail` says more in words that name
    no internal address. A status under 200 or over 599 comes with the class `protocol`.
    `latency_ms` is from the start of the attempt to its end.
    """

    status: int | None
    latency_ms: int
    error: str | None = None
    detail: str = ""
    retry_after: float | None = None
    body: bytes = b""
    reach: Reach = Reach.NETWORK


class Judgement(StrEnum):
    """Meaning of an answer in a dialect."""

    DELIVERED = "delivered"
    RETRY = "retry"
    FAILED = "failed"
    GONE = "gone"  # failed, and the receiver wants nothing more: the endpoint is switched off


@dataclass(frozen=True, slots=True)
class Schedule:
    """Waits in seconds before attempt 2, 3, …; attempts end at `max_attempts`."""

    waits: tuple[int, ...]
    max_attempts: int

    def wait_before(self, attempt: int) -> int:
        """The least wait in seconds before attempt number `attempt` (2 or more)."""
        return self.waits[min(attempt - 2, len(self.waits) - 1)]


class Dialect(Protocol):
    """Dialect: one product's envelope, headers, signature and retries."""

    name: str
    events: Mapping[str, str] | None  # our types and its names for them; None: all, as we name them
    schedule: Schedule
    disables_itself: bool  # whether failures in a row put the endpoint in auto_disabled
    heeds_retry_after: bool
    signs_time: bool  # whether its receivers refuse a signature of another time
    signs_twice: bool  # whether a secret that waits signs beside the one in use
    failed_word: str  # how the end of the attempts is called to an admin

    @abstractmethod
    def wants(self, event: Event, threshold: int) -> bool:
        """Whether an endpoint of that threshold is owed the event.

        `threshold` is the least change of a balance, in hundredths of the currency's unit.
        """
        ...

    @abstractmethod
    def render(self, envelope: Envelope) -> bytes | None:
        """The body, byte for byte; None where this dialect does not have the event."""
        ...

    @abstractmethod
    def headers(self, outgoing: OutgoingAttempt) -> dict[str, str]:
        """Every header of one attempt, signature included."""
        ...

    @abstractmethod
    def key(self, event_id: UUID, endpoint_uuid: UUID) -> str:
        """What the receiver tells one delivery from another by; kept by a re-queue."""
        ...

    @abstractmethod
    def judge(self, answer: Answer) -> Judgement:
        """What that answer means for the delivery."""
        ...

    def told_as(self, event_type: str) -> tuple[str, ...]:
        """Our types that receivers know by one name, this one among them: who gets one gets all."""
        events = self.events or {}
        name = events.get(event_type)
        if name is None:
            return (event_type,)
        return tuple(ours for ours, theirs in events.items() if theirs == name)

    def new_secret(self) -> str:
        """A fresh secret, in the form the admin is shown: the whole of it is the key."""
        return "whsec_" + secrets.token_urlsafe(32)

    def takes_secret(self, secret: str) -> bool:
        """Whether a request can be signed with it; any text is a key."""
        return bool(secret)

    def reserved_headers(self) -> frozenset[str]:
        """Lower-case names that an admin's own headers may not take: those it sends itself."""
        kind = next(iter(self.events or {TestPing.type: ""}))
        nobody = UUID(int=0)
        first, second = self.new_secret(), self.new_secret()  # what a rotation adds is its own too
        sample = OutgoingAttempt(nobody, kind, nobody, 0, 2, b"", first, 0, second)
        return frozenset(name.lower() for name in self.headers(sample))
