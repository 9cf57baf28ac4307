"""Dialect `phantom` (source: docs/receivers.md): a timestamped HMAC, seven tries in 16 hours."""

import hmac
from collections.abc import Mapping
from uuid import UUID

from bot.catalogue.base import Event, utc_text
from bot.dialects.base import Answer, Dialect, Envelope, Judgement, OutgoingAttempt, Schedule

RETRIED_STATUSES = frozenset({408, 425, 429})
PERMANENT_ERRORS = frozenset({"blocked_address"})


class Phantom(Dialect):
    """Envelope `{id,type,created_at,guild_id,livemode,data}`; header `t=<unix>,v1=<hex>`."""

    name = "phantom"
    events: Mapping[str, str] | None = None
    schedule = Schedule(waits=(5, 30, 180, 1800, 14_400, 43_200), max_attempts=7)
    disables_itself = True
    heeds_retry_after = True
    signs_time = True
    signs_twice = False  # its receivers keep the last `v1` only
    failed_word = "failed"

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent

    def wants(self, event: Event, threshold: int) -> bool:
        """It has every event, and knows no threshold."""
        return True

    def render(self, envelope: Envelope) -> bytes | None:
        """Keys in the documented order; `data` comes from the model as it is."""
        event = envelope.event
        head = (
            f'{{"id":"{envelope.id}","type":"{event.type}","created_at":"'
            f'{utc_text(envelope.created_at)}","guild_id":"{event.guild_id}","livemode":'
            f'{"true" if envelope.livemode else "false"},"data":'
        )
        return head.encode() + event.data() + b"}"

    def headers(self, outgoing: OutgoingAttempt) -> dict[str, str]:
        """`t` and `v1` are those of this attempt; exactly one `v1` (receivers keep the last)."""
        event_id = str(outgoing.event_id)
        stamp = str(outgoing.sent_at)
        message = stamp.encode() + b"." + outgoing.body
        # hmac.digest lets other threads in, and would wait for the database at every request.
        digest = hmac.new(outgoing.secret.encode(), message, "sha256").hexdigest()
        return {
            "Phantom-Signature": f"t={stamp},v1={digest}",
            "Phantom-Event-Id": event_id,
            "Phantom-Event-Type": outgoing.event_type,
            "Idempotency-Key": event_id,
            "User-Agent": self._user_agent,
            "Content-Type": "application/json",
        }

    def key(self, event_id: UUID, endpoint_uuid: UUID) -> str:
        """The event's own id, the same for every endpoint."""
        return str(event_id)

    def judge(self, answer: Answer) -> Judgement:
        """2xx is delivered; no answer, 5xx, 408, 425 and 429 are retried; all else is final."""
        status = answer.status
        if status is None:
            final = answer.error in PERMANENT_ERRORS
            return Judgement.FAILED if final else Judgement.RETRY
        if 200 <= status < 300:
            return Judgement.DELIVERED
        retried = 500 <= status < 600 or status in RETRIED_STATUSES
        return Judgement.RETRY if retried else Judgement.FAILED
