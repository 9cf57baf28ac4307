"""Report of `herald check`: one line for each finding, and how to mend what is wrong."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from rich.text import Text

from bot.commands.help_page import entry
from bot.commands.requests import harmless

Level = Literal["ok", "warn", "fail"]

STYLES: dict[Level, str] = {"ok": "green", "warn": "yellow", "fail": "bold red"}
LONGEST = 2_000


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One thing that was looked at; `mend` says what to do, where there is something to do."""

    name: str
    level: Level
    text: str
    mend: str = ""

    @property
    def help(self) -> str:
        """The page's entry about what is to be mended."""
        return "" if self.level == "ok" else entry(self.name)

    def line(self) -> Text:
        line = Text(f"{self.level:<5}", style=STYLES[self.level])
        told = f"{self.text}: {self.mend}" if self.mend else self.text
        line.append(f"{self.name:<12}", style="not bold default bold")
        line.append(harmless(told, LONGEST), style="not bold default")
        return line.append(f" ({self.help})", style="dim") if self.help else line


def as_json(findings: Sequence[CheckFinding]) -> str:
    """The same for machines."""
    told = [asdict(one) | {"help": one.help} for one in findings]
    return json.dumps({"ok": exit_code(findings) == 0, "findings": told})


def exit_code(findings: Sequence[CheckFinding]) -> int:
    """1 as soon as something keeps Herald from working."""
    return int(any(finding.level == "fail" for finding in findings))
