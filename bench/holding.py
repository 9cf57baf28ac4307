"""Hold a full ready queue and say what that takes:

    python -m bench.holding URL PORT READY

The receiver never answers, so that what is claimed waits. Megabytes of resident memory are printed
as JSON: of the bare interpreter, after all imports, and with so many deliveries ready.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.outbox.ready import Ready

LOOK_EVERY = 0.005  # seconds
LONGEST = 30.0


def resident() -> float:
    """Megabytes in use now."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


async def full(url: str, port: int, ready: int) -> dict[str, float]:
    """Claim until no more fits; how many wait then, and what they take."""
    from bench.emitting import change_all, opened, started
    from bot.outbox.tables import EndpointState

    emitter = await opened(url, port, ready_limit=ready, shutdown_grace=0.1)
    await change_all(emitter, EndpointState.ACTIVE)
    async with started(emitter):
        await _filled(emitter.lanes.ready)
        return {"memory": resident(), "held": float(len(emitter.lanes.ready))}


async def _filled(ready: "Ready") -> None:
    import asyncio

    async with asyncio.timeout(LONGEST):
        while len(ready) < ready.limit - ready.refill:  # noqa: ASYNC110  it tells nobody
            await asyncio.sleep(LOOK_EVERY)


def main() -> None:
    """Read the arguments, fill, look."""
    interpreter = resident()
    import asyncio
    import json

    import uvloop

    from bench import emitting
    from bot import logs
    from bot.commands.event_loop import calm_collector

    del emitting
    logs.configure()
    calm_collector()
    numbers = {"interpreter": interpreter, "imports": resident()}
    if "discord" in sys.modules:
        raise RuntimeError("discord.py was imported; it is not the emitter's")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        numbers |= runner.run(full(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
    print(json.dumps(numbers))


if __name__ == "__main__":
    main()
