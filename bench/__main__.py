"""`python -m bench`: measure, print the table, keep the figures."""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from bench.figures import judge, save, table
from bench.rounds import Entry, play

FIRST_LINE = (__doc__ or "").splitlines()[0]
ENTRIES = (Entry("bare"), Entry("herald"), Entry("per_row", 0.125), Entry("use_case", 0.125))


def main() -> int:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=FIRST_LINE)
    parser.add_argument("--rounds", type=int, default=5, help="3 or more [5]")
    parser.add_argument("--deliveries", type=int, default=20_000, help="a round [20000]")
    parser.add_argument("--json", type=Path, default=Path(".bench/latest.json"), metavar="FILE")
    given = parser.parse_args()
    if given.rounds < 3 or given.deliveries < 1_000:
        parser.error("fewer than 3 rounds or 1000 deliveries say nothing")
    progress = Console(stderr=True)
    rounds = play(
        ENTRIES,
        rounds=given.rounds,
        deliveries=given.deliveries,
        tell=lambda text: progress.print(text, style="dim"),
    )
    judged = judge(rounds)
    Console().print(table(judged, given.rounds))
    save(given.json, judged, rounds)
    progress.print(f"all figures: {given.json}", style="dim")
    return 0


if __name__ == "__main__":
    sys.exit(main())
