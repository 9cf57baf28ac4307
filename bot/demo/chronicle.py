"""Chronicle: one line per attempt, in the order in which they were made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.demo.queries import ShownAttempt, ShownDelivery
from bot.demo.receiver import Receipt, Receiver
from bot.demo.signers import Signers
from bot.demo.summary import summary
from bot.outbox.tables import DeliveryState

WIDEST_TYPE = 20


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """Line of the terminal about one attempt."""

    event: str
    delivery: int
    attempt: int
    answer: str
    latency: str
    signature: str
    outcome: str
    about: str  # what happened, in words; only with the first attempt
    good: bool  # delivered, and verified where we could look

    def __str__(self) -> str:
        about = f"  · {self.about}" if self.about else ""
        return (
            f"{self.event:<{WIDEST_TYPE}} → delivery {self.delivery}  attempt {self.attempt}  "
            f"{self.answer}  {self.latency:>5}  {self.signature}  {self.outcome}{about}"
        )


class Chronicle:
    """Remembers what was told, so that every attempt is told once."""

    def __init__(self, receiver: Receiver, signers: Signers) -> None:
        self._receiver = receiver
        self._signers = signers
        self._told: set[int] = set()

    def news(self, deliveries: Iterable[ShownDelivery]) -> Iterator[AttemptLine]:
        """A line for each attempt that is new, oldest first."""
        made = ((one, attempt) for one in deliveries for attempt in one.attempts)
        for one, attempt in sorted(made, key=lambda pair: pair[1].id):
            if attempt.id not in self._told:
                self._told.add(attempt.id)
                yield self._line(one, attempt)

    def _line(self, one: ShownDelivery, attempt: ShownAttempt) -> AttemptLine:
        receipts = self._receiver.of_delivery(one.key, one.url, self._signers.of(one.endpoint_id))
        position = one.attempts.index(attempt)
        receipt = receipts[position] if position < len(receipts) else None
        delivered = attempt.status is not None and 200 <= attempt.status < 300
        return AttemptLine(
            event=one.event_type,
            delivery=one.id,
            attempt=attempt.number,
            answer=attempt.answer,
            latency="" if attempt.latency_ms is None else f"{attempt.latency_ms} ms",
            signature=in_words(receipt),
            outcome=_outcome(one, attempt),
            about=summary(one.body) if attempt is one.attempts[0] else "",
            good=delivered and (receipt is None or receipt.verified),
        )


def in_words(receipt: Receipt | None) -> str:
    """What the receiver found; nothing where the request went to somebody else's."""
    if receipt is None:
        return "not seen by our receiver"
    if receipt.fault is not None:
        return f"signature invalid: {receipt.fault}"
    if receipt.broken:
        return f"signature valid, but {'; '.join(receipt.broken)}"
    return "signature valid"


def _outcome(one: ShownDelivery, attempt: ShownAttempt) -> str:
    if attempt is not one.attempts[-1]:
        return "tried again since"
    if one.state is DeliveryState.PENDING:
        wait = (one.due_at - attempt.at).total_seconds()
        return f"again in {_span(wait)}"
    return {
        DeliveryState.DELIVERED: "delivered",
        DeliveryState.FAILED: f"failed for good ({one.reason})",
        DeliveryState.DELIVERING: "on its way again",
        DeliveryState.MISSED: "missed",
    }[one.state]


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"
