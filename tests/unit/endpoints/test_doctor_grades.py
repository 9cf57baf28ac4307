"""Grades of answers that no receiver of the other tests gives, and the sentences that mend them."""

from collections.abc import Callable

import pytest

from bot.dialects import build_dialects
from bot.dialects.base import Answer
from bot.features.endpoints import doctor_grades as grades
from bot.features.endpoints.doctor_grades import (
    Grade,
    Patience,
    ProbeAnswers,
    ProbeFinding,
    overall,
)

DIALECTS = build_dialects()
OK = Answer(204, 12)
REFUSED = Answer(401, 3)


def case(*answers: Answer, good: Answer = OK, dialect: str = "phantom") -> ProbeAnswers:
    return ProbeAnswers("probe", "a probe", DIALECTS[dialect], Patience(), good, answers)


def graded(*given: Grade) -> list[ProbeFinding]:
    return [ProbeFinding("probe", "a probe", grade, "") for grade in given]


@pytest.mark.parametrize(
    ("found", "grade"),
    [
        ([Grade.PASS, Grade.SKIPPED], Grade.PASS),
        ([Grade.PASS, Grade.WARN, Grade.SKIPPED], Grade.WARN),
        ([Grade.WARN, Grade.FAIL, Grade.PASS], Grade.FAIL),
        ([Grade.SKIPPED], Grade.SKIPPED),
    ],
)
def test_the_worst_grade_is_the_overall_one(found: list[Grade], grade: Grade) -> None:
    assert overall(graded(*found)) is grade


@pytest.mark.parametrize(
    ("latency_ms", "grade"),
    [
        (1000, Grade.PASS),
        (1001, Grade.WARN),
        (5000, Grade.WARN),
        (5001, Grade.FAIL),
    ],
)
@pytest.mark.parametrize("status", [200, 401])
def test_the_time_to_answer(latency_ms: int, grade: Grade, status: int) -> None:
    finding = grades.time(case(good=Answer(status, latency_ms)))
    assert finding.grade is grade
    assert bool(finding.mend) == (grade is not Grade.PASS)


def test_the_slowest_of_those_at_once_counts() -> None:
    fast = [OK] * 4
    assert grades.together(case(*fast, Answer(200, 999))).seen == (
        "answered all 5, the slowest in 999 ms"
    )
    assert grades.together(case(*fast, Answer(200, 1001))).grade is Grade.WARN
    assert grades.together(case(*fast, Answer(200, 5001))).grade is Grade.FAIL


@pytest.mark.parametrize(
    ("dialect", "answer", "grade", "then"),
    [
        ("phantom", Answer(503, 1), Grade.WARN, "tried 7 times"),
        ("phantom", Answer(None, 1, "timeout", "status: no answer"), Grade.WARN, "tried 7 times"),
        ("phantom", Answer(409, 1), Grade.FAIL, "fails for good, at once"),
        ("vektor", Answer(409, 1), Grade.WARN, "tried 5 times"),
        ("standard", Answer(410, 1), Grade.FAIL, "switches the webhook off at once"),
    ],
)
def test_those_at_once_that_are_left_out(
    dialect: str, answer: Answer, grade: Grade, then: str
) -> None:
    finding = grades.together(case(OK, OK, answer, Answer(503, 1), OK, dialect=dialect))
    assert finding.grade is grade
    assert "to 2 of 5 at once" in finding.seen
    assert then in finding.mend


@pytest.mark.parametrize(
    ("grade_of", "answers"),
    [
        (grades.forged, (REFUSED, OK, REFUSED)),
        (grades.unsigned, (OK,)),
        (grades.stale, (OK, REFUSED)),
    ],
)
def test_one_that_is_taken_is_enough_to_fail(
    grade_of: Callable[[ProbeAnswers], ProbeFinding], answers: tuple[Answer, ...]
) -> None:
    assert grade_of(case(*answers)).grade is Grade.FAIL
    assert grade_of(case(*[REFUSED] * len(answers))).grade is Grade.PASS


def test_what_was_taken_is_named() -> None:
    finding = grades.forged(case(OK, REFUSED, OK))
    assert finding.seen == "took a changed signature, another secret"
    assert grades.forged(case(Answer(429, 1), REFUSED, OK)).grade is Grade.FAIL


@pytest.mark.parametrize(
    ("answer", "seen", "mend"),
    [
        (Answer(404, 1), "answered HTTP 404", "nothing at that path"),
        (Answer(405, 1), "answered HTTP 405", "takes no POST"),
        (Answer(308, 1, detail="redirect to x, not followed"), "redirect to x", "never followed"),
        (Answer(500, 1), "answered HTTP 500", "its log says why"),
        (Answer(400, 1), "answered HTTP 400", "compare the secret"),
        (Answer(429, 1), "answered HTTP 429", "wait a minute"),
        (
            Answer(999, 1, "protocol", "status: 999"),
            "no answer (protocol: status: 999)",
            "HTTP/1.1",
        ),
        (Answer(None, 1, "dns", "unreachable"), "no answer (dns: unreachable)", "spelled"),
        (Answer(None, 1, "tls", "certificate: expired"), "certificate: expired", "certificate"),
        (Answer(None, 1, "blocked_address", "blocked"), "blocked", "public internet"),
    ],
)
def test_why_a_good_request_is_not_taken(answer: Answer, seen: str, mend: str) -> None:
    finding = grades.signed(case(answer, good=answer))
    assert finding.grade is Grade.FAIL
    assert seen in finding.seen
    assert mend in finding.mend


@pytest.mark.parametrize(
    ("answers", "grade", "seen", "mend"),
    [
        ((Answer(400, 1), OK), Grade.FAIL, "HTTP 400 to emoji", "parsed and written again"),
        ((Answer(500, 1), OK), Grade.FAIL, "HTTP 500 to emoji", "UTF-8"),
        ((OK, Answer(401, 1)), Grade.WARN, "with other spaces", "parsed and written again"),
    ],
)
def test_text_that_is_not_taken(
    answers: tuple[Answer, ...], grade: Grade, seen: str, mend: str
) -> None:
    finding = grades.text(case(*answers))
    assert finding.grade is grade
    assert seen in finding.seen
    assert mend in finding.mend


@pytest.mark.parametrize(
    "answer",
    [
        Answer(408, 1),
        Answer(425, 1),
        Answer(429, 1),
        Answer(302, 1, detail="redirect to x, not followed"),
        Answer(500, 1),
        Answer(None, 1, "connection", "status: closed by the other side"),
    ],
)
def test_what_is_neither_taken_nor_refused_is_a_warning(answer: Answer) -> None:
    assert grades.forged(case(REFUSED, REFUSED, answer)).grade is Grade.WARN
    assert grades.stale(case(answer, REFUSED)).grade is Grade.WARN
