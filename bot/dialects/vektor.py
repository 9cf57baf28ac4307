"""Dialect `vektor` (source: docs/receivers.md): six events in camelCase, five tries, no blame."""

import hmac
import json
from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID, uuid5

from bot.catalogue.base import Event
from bot.catalogue.economy import BalanceChanged
from bot.dialects.base import Answer, Dialect, Envelope, Judgement, OutgoingAttempt, Schedule
from bot.dialects.vektor_events import NAMES, has, hundredths, milliseconds, project, sample


class Vektor(Dialect):
    """Envelope `{event,guildId,timestamp,data}`; header `sha256=<hex>` over the body alone."""

    name = "vektor"
    events: Mapping[str, str] | None = MappingProxyType(NAMES)
    # The published page names five waits and five attempts: the last wait is never waited.
    schedule = Schedule(waits=(30, 60, 120, 240, 480), max_attempts=5)
    disables_itself = False
    heeds_retry_after = False
    signs_time = False
    signs_twice = False
    failed_word = "DEAD"

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent

    def wants(self, event: Event, threshold: int) -> bool:
        """What it has; of a balance only a change that is not under the threshold."""
        if isinstance(event, BalanceChanged):
            return hundredths(abs(event.delta), event.decimals) >= threshold
        return has(event)

    def render(self, envelope: Envelope) -> bytes | None:
        """The projection of our event; for a test the sample, whatever our example says."""
        event = envelope.event
        if event.type not in NAMES:
            return None
        data = sample(envelope) if envelope.is_test else project(envelope)
        if data is None:
            return None
        body = {
            "event": NAMES[event.type],
            "guildId": str(event.guild_id),
            "timestamp": milliseconds(envelope.created_at),
            "data": data,
        }
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    def headers(self, outgoing: OutgoingAttempt) -> dict[str, str]:
        """The signature is the same for every attempt; the attempt's number is not in it."""
        # hmac.digest lets other threads in, and would wait for the database at every request.
        digest = hmac.new(outgoing.secret.encode(), outgoing.body, "sha256").hexdigest()
        return {
            "X-Webhook-Id": str(outgoing.endpoint_uuid),
            "X-Event": NAMES[outgoing.event_type],
            "X-Signature": f"sha256={digest}",
            "X-Attempt": str(outgoing.attempt),
            "X-Idempotency-Key": self.key(outgoing.event_id, outgoing.endpoint_uuid),
            "User-Agent": self._user_agent,
            "Content-Type": "application/json",
        }

    def key(self, event_id: UUID, endpoint_uuid: UUID) -> str:
        """A UUID of its own for each event and endpoint; no number, which a backup would reuse."""
        return str(uuid5(endpoint_uuid, str(event_id)))

    def judge(self, answer: Answer) -> Judgement:
        """2xx is delivered; everything else is tried again, whatever it was."""
        status = answer.status
        delivered = status is not None and 200 <= status < 300
        return Judgement.DELIVERED if delivered else Judgement.RETRY
