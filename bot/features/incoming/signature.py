"""Signature of a pushed action: HMAC-SHA256 of the body, or of its time, a dot and the body."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

FAR = timedelta(seconds=300)
PREFIX = "sha256="
KEY_LIMIT = 200  # characters

_TIMESTAMP = re.compile(r"[0-9]{1,11}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PushRequest:
    """Request as it came in: the webhook's id from the path, the headers, the raw body."""

    webhook: str
    body: bytes = field(repr=False)
    signature: str | None = field(default=None, repr=False)
    timestamp: str | None = None
    keys: tuple[str, ...] = ()

    def is_signed_with(self, secret: str, now: datetime) -> bool:
        """Whether it is, and not too far from now; what is compared takes the same time always."""
        expected = signed(secret, self.body, self.timestamp)
        given = (self.signature or "").encode("utf-8", "replace")
        return hmac.compare_digest(expected.encode(), given) and self._is_timely(now)

    def _is_timely(self, now: datetime) -> bool:
        if self.timestamp is None:
            return True
        if not _TIMESTAMP.fullmatch(self.timestamp):
            return False
        return abs(now.timestamp() - int(self.timestamp)) <= FAR.total_seconds()


def is_key(text: str) -> bool:
    """Whether it can be a request's idempotency key: plain characters, not too many."""
    return 1 <= len(text) <= KEY_LIMIT and text.isascii() and text.isprintable()


def signed(secret: str, body: bytes, timestamp: str | None = None) -> str:
    """The value of X-Signature; with `timestamp`, that of a request which carries X-Timestamp."""
    prefix = b"" if timestamp is None else timestamp.encode("utf-8", "replace") + b"."
    return PREFIX + hmac.new(secret.encode(), prefix + body, hashlib.sha256).hexdigest()
