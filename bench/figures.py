"""The figures that are judged, their goals, and the table and file that they end in."""

import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from statistics import median

from rich.table import Table

from bench.rounds import Result

Round = Mapping[str, Result]


@dataclass(frozen=True, slots=True)
class Goal:
    """One figure of a round; `at_least` must be reached, `aim` should be."""

    name: str
    at_least: float
    aim: float
    figure: Callable[[Round], float]
    unit: str = "times"
    less_is_better: bool = False

    def verdict(self, figure: float) -> str:
        """In a word."""
        sign = -1 if self.less_is_better else 1
        if sign * figure >= sign * self.aim:
            return "aim reached"
        return "reached" if sign * figure >= sign * self.at_least else "missed"


@dataclass(frozen=True, slots=True)
class Judged:
    """One figure over all rounds."""

    name: str
    at_least: float
    aim: float
    figure: float
    unit: str
    verdict: str


def ratio(name: str, to: str) -> Callable[[Round], float]:
    """How many times as many deliveries a second."""
    return lambda played: played[name].rate / played[to].rate


def _disk(played: Round) -> float:
    return played["herald"].disk_bytes or 0.0


GOALS: tuple[Goal, ...] = (
    Goal("durable deliveries, against a bare loop", 0.55, 0.75, ratio("herald", "bare")),
    Goal("durable deliveries, against one commit per row", 6, 8, ratio("herald", "per_row")),
    Goal("a use case end to end, against one commit per row", 0.5, 1, ratio("use_case", "per_row")),
    Goal("disk per delivery", 800, 600, _disk, unit="B", less_is_better=True),
)


def judge(rounds: Sequence[Sequence[Result]]) -> list[Judged]:
    """Each figure is the median of what it was in each round."""
    by_name = [{result.name: result for result in played} for played in rounds]
    judged: list[Judged] = []
    for goal in GOALS:
        figure = median(goal.figure(played) for played in by_name)
        judged.append(
            Judged(goal.name, goal.at_least, goal.aim, figure, goal.unit, goal.verdict(figure))
        )
    return judged


def table(judged: Sequence[Judged], rounds: int) -> Table:
    """What people read."""
    drawn = Table(title=f"medians of {rounds} interleaved rounds, {os.cpu_count()} cores")
    drawn.add_column("figure")
    for title in ("at least", "aim", "measured"):
        drawn.add_column(title, justify="right")
    drawn.add_column("verdict")
    colours = {"aim reached": "green", "reached": "green", "missed": "red"}
    for one in judged:
        drawn.add_row(
            one.name,
            f"{one.at_least:g} {one.unit}",
            f"{one.aim:g} {one.unit}",
            f"{one.figure:.3g} {one.unit}" if one.figure < 100 else f"{one.figure:.0f} {one.unit}",
            f"[{colours[one.verdict]}]{one.verdict}",
        )
    return drawn


def save(path: Path, judged: Sequence[Judged], rounds: Sequence[Sequence[Result]]) -> None:
    """What programs read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = {
        "date": date.today().isoformat(),  # noqa: DTZ011  the day on which somebody measured
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "figures": [asdict(one) for one in judged],
        "rounds": [[asdict(result) for result in played] for played in rounds],
    }
    path.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
