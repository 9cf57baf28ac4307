"""Grades of the answers to the doctor's probes, without I/O: what was seen, and the cure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.dialects.base import Answer, Dialect, Judgement
from bot.features.endpoints import doctor_words as words
from bot.texts import _

TOO_MANY = 429
ANSWER_KEPT = 200  # bytes of an answer, for the person who mends the receiver


class Grade(StrEnum):
    """Grade of a probe; FAIL loses events or lets strangers in, WARN will hurt some day."""

    PASS = "PASS"  # noqa: S105  no password
    WARN = "WARN"
    FAIL = "FAIL"
    SKIPPED = "SKIPPED"


WORST_FIRST = (Grade.FAIL, Grade.WARN, Grade.PASS)


@dataclass(frozen=True, slots=True)
class ProbeFinding:
    """Finding of one probe; `answer` are bytes of the receiver's, to be shown with care.

    Its texts are in the language in which it was graded; `anew` grades the same answers again.
    """

    probe: str
    title: str
    grade: Grade
    seen: str
    mend: str = ""
    answer: bytes = b""
    anew: "Callable[[], ProbeFinding] | None" = field(default=None, compare=False, repr=False)

    def translated(self) -> "ProbeFinding":
        """The same in the language of the moment."""
        return self if self.anew is None else self.anew()


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds after which an answer is slow, and after which it is much too slow."""

    slow: float = 1.0  # from here on a receiver counts as silent, and others are served first
    too_slow: float = 5.0


@dataclass(frozen=True, slots=True)
class ProbeAnswers:
    """The answers to one probe's requests, in their order, and that to the good request."""

    probe: str
    title: str
    dialect: Dialect
    patience: Patience
    good: Answer
    answers: Sequence[Answer]

    def passed(self, seen: str) -> ProbeFinding:
        return ProbeFinding(self.probe, self.title, Grade.PASS, seen)

    def skipped(self, seen: str) -> ProbeFinding:
        return ProbeFinding(self.probe, self.title, Grade.SKIPPED, seen)

    def found(
        self, grade: Grade, seen: str, mend: str, answer: Answer | None = None
    ) -> ProbeFinding:
        body = answer.body[:ANSWER_KEPT] if answer else b""
        return ProbeFinding(self.probe, self.title, grade, seen, mend, body)

    def takes(self, answer: Answer) -> bool:
        """Whether a delivery so answered would have arrived."""
        return self.dialect.judge(answer) is Judgement.DELIVERED


def overall(findings: Sequence[ProbeFinding]) -> Grade:
    """The worst grade there is."""
    grades = {finding.grade for finding in findings}
    return next((grade for grade in WORST_FIRST if grade in grades), Grade.SKIPPED)


def signed(case: ProbeAnswers) -> ProbeFinding:
    """The good request: nothing works where it is not taken."""
    answer = case.good
    if not case.takes(answer):
        return case.found(Grade.FAIL, words.told(answer), words.mend_refusal(answer), answer)
    if answer.detail:  # nothing but a body that was cut leaves one on a success
        mend = _("The status is all that counts: answer without a body, or with a short one.")
        return case.found(Grade.WARN, words.told(answer), mend)
    return case.passed(words.told(answer))


def time(case: ProbeAnswers) -> ProbeFinding:
    """How long the answer to the good request took."""
    if case.good.status is None:
        return case.skipped(_("There was no answer whose time could be taken."))
    return _timed(case, case.good.latency_ms) or case.passed(
        _("answered in {ms} ms").format(ms=case.good.latency_ms)
    )


def forged(case: ProbeAnswers) -> ProbeFinding:
    """A changed signature, a changed body, another secret: all must be refused."""
    kinds = (_("a changed signature"), _("a changed body"), _("another secret"))
    mend = _(
        "Compare the signature over the raw body before anything else, and answer 401 where it "
        "differs: now anybody can make up events."
    )
    return _refused(case, kinds, mend)


def unsigned(case: ProbeAnswers) -> ProbeFinding:
    """No signature at all."""
    mend = _("Answer 401 to what is not signed: now anybody can make up events.")
    return _refused(case, (_("a request without a signature"),), mend)


def stale(case: ProbeAnswers) -> ProbeFinding:
    """A right signature over an old time, and over a time to come."""
    if not case.answers:
        text = _("The dialect {dialect} signs no time, so there is nothing to check.")
        return case.skipped(text.format(dialect=case.dialect.name))
    old, early = case.answers
    mend = _(
        "Refuse a time stamp more than 300 seconds away: whoever gets hold of one request can "
        "send it again for ever."
    )
    if case.takes(early) and not case.takes(old):
        seen = _("took {kinds}").format(kinds=_("a time stamp to come"))
        return case.found(Grade.WARN, seen, mend, early)
    return _refused(case, (_("an old time stamp"), _("a time stamp to come")), mend)


def duplicate(case: ProbeAnswers) -> ProbeFinding:
    """The good event again."""
    (answer,) = case.answers
    seen = _("{told}, the second time").format(told=words.told(answer))
    if case.takes(answer):
        return case.passed(seen)
    mend = _("Answer 2xx to what you have already: it comes again after a lost answer. {then}")
    return _untaken(case, Grade.WARN, seen, mend, answer)


def large(case: ProbeAnswers) -> ProbeFinding:
    """A body of the greatest size there is."""
    (answer,) = case.answers
    seen = _("{told} to 256 KiB").format(told=words.told(answer))
    if case.takes(answer):
        return case.passed(seen)
    mend = _("Let your server take bodies of 256 KiB, the greatest there are. {then}")
    return _untaken(case, Grade.WARN, seen, mend, answer)


def text(case: ProbeAnswers) -> ProbeFinding:
    """Everything that people type; and the same JSON spelled in another way."""
    typed, respelled = case.answers
    if case.takes(typed) and case.takes(respelled):
        return case.passed(_("{told} to emoji and all").format(told=words.told(typed)))
    if case.takes(typed):
        seen = _("{told} to the same JSON with other spaces").format(told=words.told(respelled))
        return _untaken(case, Grade.WARN, seen, words.mend_text(respelled), respelled)
    seen = _("{told} to emoji, right-to-left text and escapes").format(told=words.told(typed))
    return _untaken(case, Grade.FAIL, seen, words.mend_text(typed), typed)


def unforeseen(case: ProbeAnswers) -> ProbeFinding:
    """A key and a value that no release has yet."""
    (answer,) = case.answers
    seen = _("{told} to a new key and an unknown value").format(told=words.told(answer))
    if case.takes(answer):
        return case.passed(seen)
    mend = _("Ignore keys and values that you do not know: later releases bring some. {then}")
    return _untaken(case, Grade.FAIL, seen, mend, answer)


def together(case: ProbeAnswers) -> ProbeFinding:
    """Several events at once."""
    count, slowest = len(case.answers), max(answer.latency_ms for answer in case.answers)
    left = [answer for answer in case.answers if not case.takes(answer)]
    if left:
        lost = [one for one in left if case.dialect.judge(one) is not Judgement.RETRY]
        grade, worst = (Grade.FAIL, lost[0]) if lost else (Grade.WARN, left[0])
        seen = _("{told} to {left} of {count} at once").format(
            told=words.told(worst), left=len(left), count=count
        )
        mend = _("Take several requests at once; where that is too much, answer 429. {then}")
        then = words.then(case.dialect, worst)
        return case.found(grade, seen, mend.format(then=then), worst)
    seen = _("answered all {count}, the slowest in {ms} ms").format(count=count, ms=slowest)
    return _timed(case, slowest) or case.passed(seen)


def _timed(case: ProbeAnswers, latency_ms: int) -> ProbeFinding | None:
    """What to say of an answer that took too long; None where it did not."""
    seconds = latency_ms / 1000
    if seconds <= case.patience.slow:
        return None
    seen = _("answered after {seconds:.1f} s").format(seconds=seconds)
    mend = _("Answer at once and do the work afterwards, out of a queue of your own. {then}")
    if seconds > case.patience.too_slow:
        then = _("Nobody waits for an answer much longer than that.")
        return case.found(Grade.FAIL, seen, mend.format(then=then))
    then = _("From {seconds:g} s on other receivers are served first.")
    then = then.format(seconds=case.patience.slow)
    return case.found(Grade.WARN, seen, mend.format(then=then))


def _refused(case: ProbeAnswers, kinds: Sequence[str], mend: str) -> ProbeFinding:
    """All of these must be answered with a refusal; `mend` is for whoever takes one of them."""
    pairs = list(zip(kinds, case.answers, strict=True))
    if taken := [(kind, answer) for kind, answer in pairs if case.takes(answer)]:
        seen = _("took {kinds}").format(kinds=", ".join(kind for kind, _answer in taken))
        return case.found(Grade.FAIL, seen, mend, taken[0][1])
    for kind, answer in pairs:
        if answer.status == TOO_MANY:
            return _crowded(case, answer)
        if not words.is_refusal(answer):
            seen = _("{told} to {kind}").format(told=words.told(answer), kind=kind)
            mend = _(
                "It is not taken, but answer 401 to it: now a stranger can break your program."
            )
            return case.found(Grade.WARN, seen, mend, answer)
    return case.passed(words.told(case.answers[0]))


def _untaken(
    case: ProbeAnswers, grade: Grade, seen: str, mend: str, answer: Answer
) -> ProbeFinding:
    """Something was signed rightly and not taken; FAIL where that switches the endpoint off."""
    if answer.status == TOO_MANY:
        return _crowded(case, answer)
    is_end = case.dialect.judge(answer) is Judgement.GONE
    cure = mend.format(then=words.then(case.dialect, answer))
    return case.found(Grade.FAIL if is_end else grade, seen, cure, answer)


def _crowded(case: ProbeAnswers, answer: Answer) -> ProbeFinding:
    """The receiver limits how much it takes: nothing can be said."""
    mend = _("It takes only so many requests; wait a minute and examine it again.")
    return case.found(Grade.WARN, words.told(answer), mend, answer)
