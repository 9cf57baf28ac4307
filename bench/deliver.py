"""One delivery worker: it opens the database, waits for a line on standard input, then sends.

python -m bench.deliver URL PORT
"""

import asyncio
import sys

import uvloop

from bench.emitting import opened, started
from bot import logs
from bot.commands.event_loop import calm_collector


async def deliver(url: str, port: int) -> None:
    """Until standard input ends."""
    emitter = await opened(url, port)
    heard = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), heard.set)
    print("ready", flush=True)
    await heard.wait()
    sys.stdin.readline()
    heard.clear()
    async with started(emitter):
        await heard.wait()


def main() -> None:
    """Read the arguments, run."""
    logs.configure()
    calm_collector()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(deliver(sys.argv[1], int(sys.argv[2])))


if __name__ == "__main__":
    main()
