"""One contestant in a fresh process:

    python -m bench.contestant NAME --port PORT --deliveries N [--profile FILE]

prints its outcome as JSON. With --profile, cProfile's figures of the event loop go to FILE.
"""

import argparse
import asyncio
import cProfile
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict

import uvloop

from bench import bare, herald, per_row
from bench.load import Load, Outcome
from bot import logs
from bot.commands.looping import calm_collector

CONTESTANTS: dict[str, Callable[[Load], Awaitable[Outcome]]] = {
    "herald": herald.record,
    "bare": bare.run,
    "per_row": per_row.run,
    "use_case": herald.use_case,
}


async def compete(name: str, load: Load) -> Outcome:
    """Run one contestant; it raises where a delivery was lost on the way."""
    outcome = await CONTESTANTS[name](load)
    if outcome.settled != load.deliveries:
        raise RuntimeError(f"{name} settled {outcome.settled} of {load.deliveries}")
    return outcome


def main() -> None:
    """Read the arguments, run, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.contestant")
    parser.add_argument("name", choices=CONTESTANTS)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--deliveries", type=int, required=True)
    parser.add_argument("--warm-up", type=int, default=1_000)
    parser.add_argument("--profile")
    given = parser.parse_args()
    load = Load(given.port, given.deliveries, warm_up=given.warm_up)
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
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main()
