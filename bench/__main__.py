"""`python -m bench`: measure, print the table, keep the figures."""

import argparse
import os
import sys
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from bench import sizes
from bench.contestant import CONTESTANTS
from bench.figures import judge, save, table
from bench.goals import GOALS, ROWS
from bench.machine import about
from bench.rounds import play

FIRST_LINE = (__doc__ or "").splitlines()[0]
LATEST = Path(".bench/latest.json")


def read(arguments: list[str] | None = None) -> argparse.Namespace:
    """What was asked for; it ends the program where that says nothing."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=FIRST_LINE)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="3 or more [3]")
    parser.add_argument("--only", default=",".join(ROWS), metavar="ROWS", help=", ".join(ROWS))
    parser.add_argument("--json", type=Path, default=LATEST, metavar="FILE", help=f"[{LATEST}]")
    sizes.add_arguments(parser)
    given = parser.parse_args(arguments)
    given.only = given.only.split(",")
    if unknown := set(given.only) - set(ROWS):
        parser.error(f"no row is called {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    if given.rounds < 3 and not given.quick:
        parser.error("fewer than 3 rounds say nothing")
    return given


def main(arguments: list[str] | None = None) -> int:
    """Measure what the arguments ask for."""
    given = read(arguments)
    goals = [goal for goal in GOALS if goal.row in given.only]
    needed = {name for goal in goals for name in goal.needs}
    progress = Console(stderr=True)
    rounds = play(
        [name for name in CONTESTANTS if name in needed],
        rounds=given.rounds,
        options=sizes.options(given),
        tell=lambda text: progress.print(text, style="dim"),
    )
    judged = judge(goals, rounds)
    Console().print(table(judged, rounds=given.rounds, cores=os.cpu_count() or 1))
    measured = {"sizes": asdict(sizes.chosen(given)), **about()}
    save(given.json, judged, rounds, measured)
    progress.print(f"all figures: {given.json}", style="dim")
    return 0


if __name__ == "__main__":
    sys.exit(main())
