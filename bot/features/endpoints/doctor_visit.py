"""Visit of the doctor, first probe to last, for `/webhook doctor` and `herald doctor`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.clock import Clock
from bot.dialects.base import Answer, Judgement
from bot.feature import ReceiverDoor, SendProbe
from bot.features.endpoints.doctor_grades import Patience, ProbeAnswers, ProbeFinding
from bot.features.endpoints.doctor_probes import PROBES, Probe
from bot.features.endpoints.doctor_requests import ProbedEndpoint, ProbeSigner
from bot.texts import _

OnProbes = Callable[[Sequence[ProbeFinding], str | None], Awaitable[None]]
"""Told what was found so far, and the title of the probe that is next; None at the end."""


class Doctor:
    """Doctor who sends the probes one after the other, and grades their answers."""

    def __init__(
        self,
        door: ReceiverDoor,
        clock: Clock,
        *,
        livemode: bool = True,
        patience: Patience | None = None,
    ) -> None:
        self._door = door
        self._clock = clock
        self._livemode = livemode
        self._patience = patience or Patience()

    async def examine(self, probed: ProbedEndpoint, tell: OnProbes) -> Sequence[ProbeFinding]:
        """Every probe's finding, in their order."""
        signer = ProbeSigner(probed, self._clock.now, livemode=self._livemode)
        findings: list[ProbeFinding] = []
        good: Answer | None = None
        async with self._door.open(probed.url) as post:
            for probe in PROBES:
                await tell(tuple(findings), _(probe.title))
                if good is not None and probe.needs_good and not _takes(probed, good):
                    findings.append(_untried(probe))
                    continue
                answers = await _ask(post, probe, signer)
                good = answers[0] if good is None else good
                findings.append(self._graded(probe, probed, good, answers))
        await tell(tuple(findings), None)
        return findings

    def _graded(
        self, probe: Probe, probed: ProbedEndpoint, good: Answer, answers: Sequence[Answer]
    ) -> ProbeFinding:
        title = _(probe.title)
        case = ProbeAnswers(probe.name, title, probed.dialect, self._patience, good, answers)
        return probe.grade(case)


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
    return ProbeFinding.skipped(probe.name, _(probe.title), seen, mend)
