"""The verdict on one answer: every class of answer, every step of the schedule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.verdict import Verdict, decide
from bot.dialects import build_dialects
from bot.dialects.base import Answer
from bot.outbox.tables import DeliveryState

DIALECTS = build_dialects()
PHANTOM = DIALECTS["phantom"]
NOW = 1_779_622_338_000
STEPS = (5, 30, 180, 1_800, 14_400, 43_200)
DELIVERED, FAILED, PENDING = DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.PENDING

RETRIED = [408, 425, 429, *range(500, 600)]
DELIVERING = list(range(200, 300))
FINAL = [s for s in [*range(100, 200), *range(300, 500), 600, 799, 999] if s not in RETRIED]


def answered(status: int | None = 500, **more: object) -> Answer:
    return Answer(status, 3, **more)  # pyright: ignore[reportArgumentType]  fields by name


def verdict(
    answer: Answer, attempt: int = 1, jitter: float = 0.0, *, dialect: str = "phantom"
) -> Verdict:
    return decide(DIALECTS[dialect], answer, attempt=attempt, now=NOW, jitter=jitter)


@pytest.mark.parametrize("status", DELIVERING)
def test_any_2xx_is_delivered(status: int) -> None:
    assert verdict(answered(status)) == Verdict(DELIVERED, NOW)
    assert verdict(answered(status), attempt=7) == Verdict(DELIVERED, NOW)


@pytest.mark.parametrize("status", DELIVERING[:1])
@pytest.mark.parametrize("error", ["timeout", "connection", "protocol"])
def test_the_status_line_decides_whatever_the_body_does(status: int, error: str) -> None:
    assert verdict(answered(status, error=error)).state is DELIVERED


@pytest.mark.parametrize("status", RETRIED)
def test_what_is_tried_again(status: int) -> None:
    assert verdict(answered(status)) == Verdict(PENDING, NOW + 5_000, f"HTTP {status}")


@pytest.mark.parametrize("status", FINAL)
def test_what_fails_at_once(status: int) -> None:
    assert verdict(answered(status)) == Verdict(FAILED, NOW, f"HTTP {status}")


@pytest.mark.parametrize("error", ["connection", "dns", "tls", "timeout", "protocol"])
def test_no_answer_is_tried_again(error: str) -> None:
    assert verdict(answered(None, error=error)) == Verdict(PENDING, NOW + 5_000, error)


def test_a_blocked_address_fails_at_once() -> None:
    answer = answered(None, error="blocked_address")

    assert verdict(answer) == Verdict(FAILED, NOW, "blocked_address")


@pytest.mark.parametrize(("attempt", "step"), list(enumerate(STEPS, start=1)))
def test_the_schedule(attempt: int, step: int) -> None:
    assert verdict(answered(), attempt) == Verdict(PENDING, NOW + step * 1_000, "HTTP 500")


@pytest.mark.parametrize("attempt", [7, 8, 30])
def test_the_seventh_is_the_last(attempt: int) -> None:
    found = verdict(answered(None, error="timeout"), attempt)

    assert found == Verdict(FAILED, NOW, f"timeout, after {attempt} attempts")


@pytest.mark.parametrize(
    ("attempt", "retry_after", "wait"),
    [
        (1, None, 5),
        (1, 0, 5),
        (1, 4.9, 5),
        (1, 5.5, 5.5),
        (1, 30, 30),
        (1, 31, 30),  # never more than the step before the attempt after it
        (1, 604_800, 30),
        (2, 10, 30),
        (2, 100, 100),
        (2, 181, 180),
        (3, 1_801, 1_800),
        (4, 14_401, 14_400),
        (5, 20_000, 20_000),
        (5, 43_201, 43_200),
        (6, 60, 43_200),
        (6, 604_800, 43_200),  # the last has no step after it: 12 hours
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after(attempt: int, retry_after: float | None, wait: float, status: int) -> None:
    found = verdict(answered(status, retry_after=retry_after), attempt)

    assert (found.state, found.due_at) == (PENDING, NOW + round(wait * 1_000))
    assert found.reason == f"HTTP {status}"


def test_retry_after_gives_no_eighth_attempt() -> None:
    assert verdict(answered(429, retry_after=60), 7).state is FAILED


@pytest.mark.parametrize(
    ("attempt", "retry_after", "hold"),
    [
        (1, None, 0),
        (1, 0, 0),
        (1, 4.5, 4.5),  # sooner than the delivery's own step: others are due before it
        (1, 31, 30),
        (5, 20_000, 20_000),
        (6, 604_800, 43_200),
        (7, 60, 60),  # the last attempt of one delivery, and the receiver still means it
    ],
)
def test_retry_after_holds_for_the_whole_receiver(
    attempt: int, retry_after: float | None, hold: float
) -> None:
    found = verdict(answered(429, retry_after=retry_after), attempt, 0.1)

    assert found.retry_at == (NOW + round(hold * 1_000) if hold else 0)
    assert verdict(answered(429, retry_after=retry_after), 1, dialect="vektor").retry_at == 0


@given(
    attempt=st.integers(1, 6), jitter=st.floats(0, 0.1), retry_after=st.none() | st.floats(0, 1e6)
)
def test_jitter_only_ever_adds_and_at_most_a_tenth(
    attempt: int, jitter: float, retry_after: float | None
) -> None:
    plain = verdict(answered(503, retry_after=retry_after), attempt).due_at - NOW

    moved = verdict(answered(503, retry_after=retry_after), attempt, jitter).due_at - NOW

    assert plain >= STEPS[attempt - 1] * 1_000
    assert plain <= moved <= round(plain * 1.1) + 1


@pytest.mark.parametrize("status", [*range(100, 200), *range(300, 600), 999])
def test_vektor_tries_again_whatever_was_answered(status: int) -> None:
    answer = answered(status, retry_after=600)
    found = [verdict(answer, attempt, dialect="vektor") for attempt in (1, 2, 3, 4, 5)]

    assert [one.state for one in found] == [PENDING] * 4 + [FAILED]
    assert [(one.due_at - NOW) // 1_000 for one in found] == [30, 60, 120, 240, 0]
    assert found[-1].reason == f"HTTP {status}, after 5 attempts"
    assert not any(one.gone for one in found)


def test_vektor_tries_a_blocked_address_five_times() -> None:
    answer = answered(None, error="blocked_address")

    assert verdict(answer, dialect="vektor") == Verdict(PENDING, NOW + 30_000, "blocked_address")
    assert verdict(answer, 5, dialect="vektor").state is FAILED


def test_vektor_states_the_fifth_wait_that_nobody_waits() -> None:
    """The published page names five waits and five attempts."""
    schedule = DIALECTS["vektor"].schedule

    assert (schedule.waits, schedule.max_attempts) == ((30, 60, 120, 240, 480), 5)
    assert not DIALECTS["vektor"].disables_itself


@pytest.mark.parametrize("attempt", [1, 7])
def test_410_ends_standard_and_asks_for_the_endpoint_to_be_switched_off(attempt: int) -> None:
    found = verdict(answered(410), attempt, dialect="standard")

    assert found == Verdict(FAILED, NOW, "HTTP 410", gone=True)
    assert verdict(answered(410), attempt) == Verdict(FAILED, NOW, "HTTP 410")
    assert not verdict(answered(404), attempt, dialect="standard").gone


@given(status=st.integers(100, 599).filter(lambda status: status != 410), attempt=st.integers(1, 9))
def test_standard_decides_like_phantom(status: int, attempt: int) -> None:
    answer = answered(status, retry_after=100)
    assert verdict(answer, attempt, dialect="standard") == verdict(answer, attempt)
