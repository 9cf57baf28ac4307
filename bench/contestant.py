"""One contestant in a fresh process:

    python -m bench.contestant NAME --port PORT [--deliveries N] [--profile FILE]

prints what it measured as JSON, or writes it to the file that --outcome names. With --profile,
cProfile's figures of the event loop go to FILE.
"""

import argparse
import asyncio
import cProfile
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path

import uvloop

from bench import (
    answers,
    awards,
    bare,
    claims,
    conversations,
    crowd,
    earnings,
    herald,
    many_endpoints,
    memory,
    peers,
    per_row,
    postgres,
    restart,
    rules,
    scans,
    sizes,
)
from bench.load import Load, NotMeasured, Outcome
from bot import logs
from bot.commands.event_loop import calm_collector

# In the order in which a round runs them: what is compared stands side by side.
CONTESTANTS: dict[str, Callable[[Load], Awaitable[Outcome]]] = {
    "bare": bare.run,
    "herald": herald.record,
    "restart": restart.run,
    "per_row": per_row.run,
    "use_case": herald.use_case,
    "tickets": conversations.messages,
    "joins": conversations.joins,
    "levels": awards.run,
    "earnings": earnings.run,
    "rules": rules.run,
    "scans": scans.run,
    "taskiq": peers.taskiq,
    "bullmq": peers.bullmq,
    "bare_steady": bare.steady,
    "herald_steady": herald.steady,
    "claims": claims.run,
    "alone": crowd.alone,
    "beset": crowd.beset,
    "memory": memory.run,
    "endpoints": many_endpoints.run,
    "answers": answers.run,
    "workers": postgres.run,
}


async def compete(name: str, load: Load) -> dict[str, object]:
    """What is printed: the outcome, or why there is none."""
    try:
        return asdict(await CONTESTANTS[name](load))
    except NotMeasured as reason:
        return {"not_measured": str(reason)}


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.contestant")
    parser.add_argument("name", choices=CONTESTANTS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, default=Path())
    parser.add_argument("--outcome", type=Path)
    parser.add_argument("--profile")
    sizes.add_arguments(parser)
    given = parser.parse_args()
    load = Load(given.port, given.folder, sizes.chosen(given))
    # As `herald run` does, and the same for every contestant: what is below INFO costs what it
    # costs there, and garbage is collected as rarely.
    logs.configure()
    calm_collector()
    profile = cProfile.Profile() if given.profile else None
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if profile is not None:
            profile.enable()
        outcome = runner.run(compete(given.name, load))
    if profile is not None:
        profile.disable()
        profile.dump_stats(given.profile)
    told = json.dumps(outcome)
    if given.outcome is None:
        print(told)
    else:
        given.outcome.write_text(told, encoding="ascii")


if __name__ == "__main__":
    main()
