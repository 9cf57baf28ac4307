"""Probes of the doctor: what each sends, how it is graded, and the visit that tries them all."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from bot.clock import Clock
from bot.dialects.base import Answer, Dialect, Judgement
from bot.feature import ReceiverDoor, SendProbe
from bot.features.endpoints import doctor_grades as grades
from bot.features.endpoints.doctor_grades import Grade, Patience, ProbeAnswers, ProbeFinding
from bot.features.endpoints.doctor_requests import ProbedEndpoint, ProbeRequest, ProbeSigner
from bot.outbox.fan_out import BODY_LIMIT
from bot.texts import N_, _

STALE_SECONDS = 360  # 300 are allowed, and two clocks differ
AT_ONCE = 5

# Emoji joined and coloured, right to left, marks upon marks, beyond the first plane, what HTML and
# JSON escape, JavaScript's own line breaks, what is not seen, and control characters but NUL.
TEXT = (
    "\U0001f469\U0001f3fd\u200d\U0001f680 \U0001f3f4\u200d\u2620\ufe0f \u05e9\u05dc\u05d5\u05dd "
    "\u0639\u064e\u0631\u064e\u0628\u0650\u064a\u0651 "
    "Z\u0337\u0356\u0305 a\u0308\u0301 \u0131\u0130 \u6f22\U00020bb7 "
    "</script>&amp;'\"\\/ \u2028\u2029\u200b\u202e\ufeff "
    "\x01\x07\x08\t\n\x0c\r\x1b[31m\x1f\x7f\x85"
)


@dataclass(frozen=True, slots=True)
class Probe:
    """One look at a receiver; without requests it grades the answer to the good one."""

    name: str
    title: str
    requests: Callable[[ProbeSigner], Sequence[ProbeRequest]]
    grade: Callable[[ProbeAnswers], ProbeFinding]
    needs_good: bool = True  # it says nothing about who takes not even a good request
    at_once: bool = False


def good(signer: ProbeSigner) -> list[ProbeRequest]:
    """The sample, signed rightly."""
    return [signer.sign(signer.first)]


def forged(signer: ProbeSigner) -> list[ProbeRequest]:
    """One character of the signature, one of the body, and the secret are others."""
    now, stranger = signer.seconds, signer.probed.dialect.new_secret()
    signature, body, secret = signer.sample(), signer.sample(), signer.sample()
    right = signer.sign(signature, sent_at=now, secret=signer.probed.secret)
    wrong = signer.sign(signature, sent_at=now, secret=stranger)
    headers = {name: _nearly(text, wrong.headers[name]) for name, text in right.headers.items()}
    return [
        replace(right, headers=headers),
        replace(signer.sign(body), body=_with_another_digit(body.body)),
        signer.sign(secret, secret=stranger),
    ]


def unsigned(signer: ProbeSigner) -> list[ProbeRequest]:
    """Without the headers that depend on the secret."""
    draft, now = signer.sample(), signer.seconds
    right = signer.sign(draft, sent_at=now)
    wrong = signer.sign(draft, sent_at=now, secret=signer.probed.dialect.new_secret()).headers
    return [replace(right, headers={k: v for k, v in right.headers.items() if wrong[k] == v})]


def stale(signer: ProbeSigner) -> list[ProbeRequest]:
    """Signed rightly, too long ago and too early; nothing where no time is signed."""
    if not signer.is_timed:
        return []
    moments = (signer.seconds - STALE_SECONDS, signer.seconds + STALE_SECONDS)
    return [signer.sign(signer.sample(), sent_at=moment) for moment in moments]


def duplicate(signer: ProbeSigner) -> list[ProbeRequest]:
    """The good event as it is tried again when its answer got lost."""
    return [signer.sign(signer.first, attempt=2)]


def large(signer: ProbeSigner) -> list[ProbeRequest]:
    """As large as a body can be."""
    room = BODY_LIMIT - len(signer.worded("").body)
    return [signer.sign(signer.worded("x" * room))]


def text(signer: ProbeSigner) -> list[ProbeRequest]:
    """What a person may type; and the same in another spelling of JSON, signed as rightly."""
    other = signer.worded(TEXT)
    respelled = json.dumps(json.loads(other.body)).encode()
    return [signer.sign(signer.worded(TEXT)), signer.sign(replace(other, body=respelled))]


def unforeseen(signer: ProbeSigner) -> list[ProbeRequest]:
    """What a later release may send."""
    return [signer.sign(signer.unforeseen())]


def together(signer: ProbeSigner) -> list[ProbeRequest]:
    """Several events."""
    return [signer.sign(signer.sample()) for _number in range(AT_ONCE)]


def nothing(_desk: ProbeSigner) -> list[ProbeRequest]:
    """The good answer is enough."""
    return []


PROBES: tuple[Probe, ...] = (
    Probe("signed", N_("signed event"), good, grades.signed, needs_good=False),
    Probe("time", N_("time to answer"), nothing, grades.time, needs_good=False),
    Probe("forged", N_("wrong signature"), forged, grades.forged),
    Probe("unsigned", N_("no signature"), unsigned, grades.unsigned),
    Probe("stale", N_("old time stamp"), stale, grades.stale),
    Probe("duplicate", N_("same event twice"), duplicate, grades.duplicate),
    Probe("large", N_("large event"), large, grades.large),
    Probe("text", N_("any text"), text, grades.text),
    Probe("unforeseen", N_("new keys"), unforeseen, grades.unforeseen),
    Probe("together", N_("five at once"), together, grades.together, at_once=True),
)


OnProbes = Callable[[Sequence[ProbeFinding], str | None], Awaitable[None]]
"""Told what was found so far, and the title of the probe that is next; None at the end."""


@dataclass(frozen=True, slots=True)
class Doctor:
    """Doctor who sends the probes one after the other, and grades their answers."""

    door: ReceiverDoor
    clock: Clock
    livemode: bool = True
    patience: Patience = field(default_factory=Patience)

    async def examine(self, probed: ProbedEndpoint, tell: OnProbes) -> Sequence[ProbeFinding]:
        """Every probe's finding, in their order."""
        signer = ProbeSigner(probed, self.clock.now, livemode=self.livemode)
        findings: list[ProbeFinding] = []
        good: Answer | None = None
        async with self.door.open(probed.url, probed.seconds) as post:
            for probe in PROBES:
                await tell(tuple(findings), _(probe.title))
                if good is not None and probe.needs_good and not _takes(probed, good):
                    findings.append(_untried(probe))
                    continue
                answers = await _ask(post, probe, signer)
                good = answers[0] if good is None else good
                findings.append(self._graded(probe, probed.dialect, good, answers))
        await tell(tuple(findings), None)
        return findings

    def _graded(
        self, probe: Probe, dialect: Dialect, good: Answer, answers: Sequence[Answer]
    ) -> ProbeFinding:
        title = _(probe.title)
        case = ProbeAnswers(probe.name, title, dialect, self.patience, good, answers)
        anew = partial(self._graded, probe, dialect, good, answers)
        return replace(probe.grade(case), anew=anew)


async def _ask(post: SendProbe, probe: Probe, signer: ProbeSigner) -> list[Answer]:
    requests = probe.requests(signer)
    if probe.at_once:
        return await asyncio.gather(*(post(one.body, one.headers) for one in requests))
    return [await post(one.body, one.headers) for one in requests]


def _takes(probed: ProbedEndpoint, good: Answer) -> bool:
    return probed.dialect.judge(good) is Judgement.DELIVERED


def _untried(probe: Probe) -> ProbeFinding:
    seen = _("not tried")
    mend = _("Mend “{first}” first.").format(first=_(PROBES[0].title))
    title, anew = _(probe.title), partial(_untried, probe)
    return ProbeFinding(probe.name, title, Grade.SKIPPED, seen, mend, anew=anew)


def _nearly(right: str, wrong: str) -> str:
    """The right signature but for one character; the same where nothing depends on the secret."""
    for at, (one, other) in enumerate(zip(right, wrong, strict=False)):
        if one != other:
            return f"{right[:at]}{other}{right[at + 1 :]}"
    return right


def _with_another_digit(body: bytes) -> bytes:
    """Still JSON, and another event: a digit of it is one more."""
    at = max(body.rfind(digit) for digit in (b"0", b"1", b"2"))
    return body[:at] + bytes([body[at] + 1]) + body[at + 1 :]
