"""Endpoints: one as it is, and what it is created from."""

from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from uuid import UUID

from bot.outbox.tables import EndpointState

FAILING_AFTER = 5  # failures in a row; from then on it is probed, one request at growing gaps


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One subscribed URL; `patterns` are event types, `*` or `area.*`, which take in later ones."""

    id: int
    uuid: UUID
    guild_id: int
    name: str
    url: str
    dialect: str
    state: EndpointState
    created_by_id: int
    created_at: datetime
    changed_at: datetime
    failures: int
    delivered_at: datetime | None
    last_error: str | None
    patterns: tuple[str, ...]
    sealed_secret: bytes = field(repr=False)
    description: str = ""
    version: int = 0
    sealed_headers: bytes | None = field(default=None, repr=False)
    sealed_next_secret: bytes | None = field(default=None, repr=False)
    next_secret_at: datetime | None = None
    threshold: int = 0  # of a balance's change, in hundredths of the currency's unit
    filter: str = ""  # JMESPath; empty lets everything pass
    rate_limit: int | None = None  # attempts a minute at most
    aim: int = 0  # grows with every new URL, secret or header
    retry_at: datetime | None = None  # its receiver wants no request before
    answer_seconds: int | None = None  # for a whole attempt; None: the instance's
    in_flight: int | None = None  # requests at once at most; None: the instance's
    in_order: bool = False  # one at a time, and what is later waits while one is tried again
    order_at: datetime | None = None  # in order: the first of its queue is tried no sooner
    feed_hash: bytes | None = field(default=None, repr=False)  # of the token that reads its feed

    @property
    def receives(self) -> bool:
        return self.state is EndpointState.ACTIVE

    @property
    def queues(self) -> bool:
        """Whether new events are queued for it; otherwise they are kept as missed."""
        return self.state in (EndpointState.ACTIVE, EndpointState.PAUSED)

    def wants(self, *event_types: str) -> bool:
        """Whether it subscribes to one of these."""
        return any(fnmatchcase(one, pattern) for one in event_types for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """Endpoint to be created; `url` has passed the guard, `patterns` are known."""

    guild_id: int
    name: str
    url: str
    dialect: str
    patterns: tuple[str, ...]
    created_by_id: int
