"""The figures over all rounds, judged; the table and the file that they end in."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median_low

from rich.table import Table
from rich.text import Text

from bench.goals import Goal
from bench.rounds import Round

COLOURS = {"aim reached": "green", "reached": "green", "missed": "red"}


@dataclass(frozen=True, slots=True)
class Judged:
    """One figure over all rounds; None where it was not measured, and `verdict` says why."""

    row: str
    title: str
    at_least: float
    aim: float
    unit: str
    figure: float | None
    rounds: tuple[float, ...]
    note: str
    verdict: str


def judge(goals: Sequence[Goal], rounds: Sequence[Round]) -> list[Judged]:
    """Each figure is the (lower) median of what it was in each round."""
    return [_judged(goal, rounds) for goal in goals]


def _judged(goal: Goal, rounds: Sequence[Round]) -> Judged:
    fixed = (goal.row, goal.title, goal.at_least, goal.aim, goal.unit)
    for name in goal.needs:
        for played in rounds:
            if (reason := played[name].not_measured) is not None:
                return Judged(*fixed, None, (), "", f"not measured: {reason}")
    figures = tuple(goal.figure(played) for played in rounds)
    figure = median_low(figures)
    note = goal.note(rounds[figures.index(figure)])
    return Judged(*fixed, figure, figures, note, goal.verdict(figure))


def table(judged: Sequence[Judged], *, rounds: int, cores: int) -> Table:
    """What people read."""
    drawn = Table(title=f"medians of {rounds} interleaved rounds on {cores} cores", show_lines=True)
    drawn.add_column("figure")
    for title in ("at least", "aim", "measured"):
        drawn.add_column(title, justify="right", no_wrap=True)
    drawn.add_column("verdict")
    for one in judged:
        title = Text(one.title)
        if one.note:
            title.append(f"\n{one.note}", style="dim")
        drawn.add_row(
            title,
            *(_shown(bound, one) for bound in (one.at_least, one.aim)),
            _measured(one),
            Text(one.verdict, style=COLOURS.get(one.verdict, "yellow")),
        )
    return drawn


def _shown(figure: float, one: Judged) -> str:
    return f"{_written(figure)} {one.unit}"


def _written(figure: float) -> str:
    return f"{figure:.3g}" if figure < 100 else f"{figure:.0f}"


def _measured(one: Judged) -> Text:
    if one.figure is None:
        return Text("-")
    shown = Text(_shown(one.figure, one))
    low, high = (_written(bound(one.rounds)) for bound in (min, max))
    if low != high:
        shown.append(f"\n{low} to {high}", style="dim")
    return shown


def save(
    path: Path,
    judged: Sequence[Judged],
    rounds: Sequence[Round],
    about: Mapping[str, object],
) -> None:
    """What programs read: every number of every round, and where it was measured."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written = {
        **about,
        "figures": [asdict(one) for one in judged],
        "rounds": [{name: asdict(result) for name, result in played.items()} for played in rounds],
    }
    path.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
