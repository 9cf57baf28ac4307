"""Verdict: one answer's meaning for one delivery; pure, so that a day of schedule is a table."""

from dataclasses import dataclass

from bot.dialects.base import Answer, Dialect, Judgement
from bot.outbox.tables import DeliveryState


@dataclass(slots=True)
class Verdict:
    """The delivery's next state; `due_at` (ms) is the next attempt's earliest moment if pending."""

    state: DeliveryState
    due_at: int
    reason: str | None = None
    gone: bool = False  # the receiver wants nothing more: its endpoint is switched off


def decide(dialect: Dialect, answer: Answer, *, attempt: int, now: int, jitter: float) -> Verdict:
    """The verdict on attempt number `attempt`, ended at `now` (ms); `jitter` is 0 to 0.1."""
    judgement = dialect.judge(answer)
    if judgement is Judgement.DELIVERED:
        return Verdict(DeliveryState.DELIVERED, now)
    reason = answer.error or f"HTTP {answer.status}"
    if judgement in (Judgement.FAILED, Judgement.GONE):
        return Verdict(DeliveryState.FAILED, now, reason, judgement is Judgement.GONE)
    if attempt >= dialect.schedule.max_attempts:
        return Verdict(DeliveryState.FAILED, now, f"{reason}, after {attempt} attempts")
    wait = wait_before(dialect, answer, attempt + 1)
    return Verdict(DeliveryState.PENDING, now + round(wait * 1000 * (1 + jitter)), reason)


def wait_before(dialect: Dialect, answer: Answer, attempt: int) -> float:
    """Seconds before that attempt: its step, or a longer Retry-After up to the following step."""
    step = dialect.schedule.wait_before(attempt)
    if answer.retry_after is None or not dialect.heeds_retry_after:
        return step
    return max(step, min(answer.retry_after, dialect.schedule.wait_before(attempt + 1)))
