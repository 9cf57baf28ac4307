"""Verdict: one answer's meaning for one delivery; pure, so that a day of schedule is a table."""

from dataclasses import dataclass

from bot import kept_texts as kept
from bot.dialects.base import Answer, Dialect, Judgement
from bot.outbox.tables import DeliveryState


@dataclass(slots=True)
class Verdict:
    """The delivery's next state; `due_at` (ms) is the next attempt's earliest moment if pending."""

    state: DeliveryState
    due_at: int
    reason: str | None = None
    gone: bool = False  # the receiver wants nothing more: its endpoint is switched off
    retry_at: int = 0  # ms; before it the receiver wants no request at all


def decide(dialect: Dialect, answer: Answer, *, attempt: int, now: int, jitter: float) -> Verdict:
    """The verdict on attempt number `attempt`, ended at `now` (ms); `jitter` is 0 to 0.1."""
    judgement = dialect.judge(answer)
    if judgement is Judgement.DELIVERED:
        return Verdict(DeliveryState.DELIVERED, now)
    reason = answer.error or f"HTTP {answer.status}"
    hold = asked_wait(dialect, answer, attempt + 1)
    retry_at = now + round(hold * 1000) if hold else 0
    if judgement in (Judgement.FAILED, Judgement.GONE):
        return Verdict(DeliveryState.FAILED, now, reason, judgement is Judgement.GONE)
    if attempt >= dialect.schedule.max_attempts:
        reason = kept.AFTER_ATTEMPTS.format(why=reason, number=attempt)
        return Verdict(DeliveryState.FAILED, now, reason, retry_at=retry_at)
    wait = max(dialect.schedule.wait_before(attempt + 1), hold)
    due_at = now + round(wait * 1000 * (1 + jitter))
    return Verdict(DeliveryState.PENDING, due_at, reason, retry_at=retry_at)


def asked_wait(dialect: Dialect, answer: Answer, attempt: int) -> float:
    """Seconds that the receiver asks for before that attempt, up to the step that follows it.

    It speaks for itself, not for the one delivery: nothing else is sent sooner either.
    """
    if answer.retry_after is None or not dialect.heeds_retry_after:
        return 0
    return min(answer.retry_after, dialect.schedule.wait_before(attempt + 1))
