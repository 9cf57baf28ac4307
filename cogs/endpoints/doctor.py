"""Doctor's report in Discord: how a receiver answers, and what to mend about it."""

from collections.abc import Sequence

from bot.client import limits
from bot.client.progress import ProgressMessage
from bot.controls import Post, Tone
from bot.features.endpoints.doctor import Examined
from bot.features.endpoints.doctor_grades import Grade, ProbeFinding, overall
from bot.features.endpoints.service import Endpoint
from bot.texts import N_, _
from bot.user_text import clip, inline
from cogs.endpoints.views import bold, signed

SEEN_LIMIT = 140
ANSWER_LIMIT = 120
SIGNS = {Grade.PASS: "✅", Grade.WARN: "⚠️", Grade.FAIL: "❌", Grade.SKIPPED: "⏭️"}
VERDICTS = {
    Grade.PASS: N_("{name} is well."),
    Grade.WARN: N_("{name} works; look at the warnings."),
    Grade.FAIL: N_("{name} needs mending."),
}
TONES = {Grade.PASS: Tone.GOOD, Grade.WARN: Tone.WARNING, Grade.FAIL: Tone.BAD}
TABLE_LIMIT = limits.TEXTS - 100  # characters, beside what holds them


class Watch(ProgressMessage):
    """Watch over an examination, with the findings as they come."""

    async def __call__(self, findings: Sequence[ProbeFinding], title: str | None) -> None:
        if title is not None:
            head = _("Next: {title} …").format(title=title)
            await self.tell(Post(text=_table(head, findings)), findings=len(findings))


def told(examined: Examined) -> Post:
    """The verdict, what else is to be known, and every finding."""
    grade = overall(examined.findings)
    verdict = _(VERDICTS[grade]).format(name=bold(examined.endpoint))
    head = " ".join((verdict, *_notes(examined.endpoint)))
    return Post(text=_table(head, examined.findings), tone=TONES[grade])


def _notes(endpoint: Endpoint) -> list[str]:
    notes: list[str] = []
    if not endpoint.receives:
        notes.append(_("It receives nothing now and that stays so: only the doctor asked."))
    if endpoint.next_secret_at is not None:
        notes.append(_("A new secret waits; {signed}.").format(signed=signed(endpoint)))
    return notes


def _table(head: str, findings: Sequence[ProbeFinding]) -> str:
    """Every finding; where that is too long, without the answers, or with what was seen alone."""
    texts = [
        "\n".join([head, *(part for finding in findings for part in _parts(finding)[:most])])
        for most in (3, 2, 1)
    ]
    return next((text for text in texts if len(text) <= TABLE_LIMIT), clip(texts[-1], TABLE_LIMIT))


def _parts(finding: ProbeFinding) -> list[str]:
    """What was seen, how to mend it, what the receiver said itself."""
    parts = [f"{SIGNS[finding.grade]} **{finding.title}:** {inline(finding.seen, SEEN_LIMIT)}"]
    if finding.mend:
        parts.append(f"-# {finding.mend}")
    if answer := inline(finding.answer.decode("utf-8", errors="replace"), ANSWER_LIMIT):
        parts.append("-# " + _("Its answer: {answer}").format(answer=answer))
    return parts
