"""Report of `herald doctor`: rows on a terminal, lines in a file, or JSON."""

import json
import sys
from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.commands.console import say
from bot.commands.requests import harmless
from bot.features.endpoints.doctor_grades import Grade, ProbeFinding, overall
from bot.features.endpoints.doctor_probes import PROBES

STYLES = {
    Grade.PASS: "green",
    Grade.WARN: "yellow",
    Grade.FAIL: "bold red",
    Grade.SKIPPED: "dim",
}
WORDS = {
    Grade.PASS: "passed",
    Grade.WARN: "warned of",
    Grade.FAIL: "failed",
    Grade.SKIPPED: "skipped",
}
GRADE_WIDTH = max(len(grade) for grade in Grade)
TITLE_WIDTH = max(len(probe.title) for probe in PROBES)
LONGEST = 2_000
TOLD = ("probe", "title", "grade", "seen", "mend")  # to machines, beside the answer


class DoctorReport:
    """Report that shows findings as they come, and sums them up.

    On a terminal they are rows, with the probe that is under way below them; elsewhere lines.
    """

    def __init__(self, url: str, dialect: str) -> None:
        self._console = Console(highlight=False, markup=False)
        self._status = self._console.status("") if sys.stdout.isatty() else None
        say(Text(f"Examining {harmless(url, LONGEST)} ({dialect})", style="bold"))

    async def tell(self, findings: Sequence[ProbeFinding], title: str | None) -> None:
        """What was found so far, and which probe is next; None at the end."""
        for finding in findings[-1:]:
            if self._status:
                self._console.print(_row(finding))
            else:
                say(_line(finding))
        if title is None:
            self.close()
            say(_sum(findings))
        elif self._status:
            self._status.update(Text(f"{len(findings) + 1} of {len(PROBES)}: {title}"))
            self._status.start()

    def close(self) -> None:
        """Tell no more."""
        if self._status:
            self._status.stop()


class MachineReport:
    """One JSON object at the end."""

    def __init__(self, url: str, dialect: str) -> None:
        self._about = {"url": url, "dialect": dialect}

    async def tell(self, findings: Sequence[ProbeFinding], title: str | None) -> None:
        """Say it all at the end."""
        if title is not None:
            return
        grade = overall(findings)
        told = [
            {**{name: getattr(found, name) for name in TOLD}, "answer": _decoded(found.answer)}
            for found in findings
        ]
        verdict = {"ok": grade is not Grade.FAIL, "overall": grade}
        say(json.dumps({**verdict, **self._about, "findings": told}))

    def close(self) -> None:
        """Nothing to end."""


def _line(finding: ProbeFinding) -> Text:
    line = Text(f"{finding.grade:<{GRADE_WIDTH}}  ", style=STYLES[finding.grade])
    line.append(f"{finding.title:<{TITLE_WIDTH}}  ", style="not dim not bold default")
    line.append(" | ".join(_told(finding)), style="not dim not bold default")
    return line


def _row(finding: ProbeFinding) -> Table:
    row = Table.grid(padding=(0, 2))
    row.add_column(width=GRADE_WIDTH, style=STYLES[finding.grade])
    row.add_column(width=TITLE_WIDTH)
    row.add_column(ratio=1)
    row.add_row(finding.grade, finding.title, "\n".join(_told(finding)))
    return row


def _told(finding: ProbeFinding) -> Sequence[str]:
    """What was seen, how to mend it, and what the receiver said itself: nothing of it acts."""
    parts = [finding.seen, finding.mend]
    if answer := _decoded(finding.answer):
        parts.append(f"its answer: {answer}")
    return [harmless(part, LONGEST) for part in parts if part]


def _decoded(answer: bytes) -> str:
    return answer.decode("utf-8", errors="replace").strip()


def _sum(findings: Sequence[ProbeFinding]) -> Text:
    counts = Counter(finding.grade for finding in findings)
    told = ", ".join(f"{counts[grade]} {WORDS[grade]}" for grade in Grade if counts[grade])
    grade = overall(findings)
    return Text(f"{grade}: ", style=STYLES[grade]).append(told, style="not bold default")
