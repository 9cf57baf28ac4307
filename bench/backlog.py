"""What a stopped process leaves behind: a database whose deliveries are all still owed.

    python -m bench.backlog URL --port PORT --deliveries N [--path hooks] [--endpoints N]

The endpoints are paused, as a person would pause them; whoever opens it says when they go on.
"""

import argparse

import uvloop

from bench.emitting import add_endpoints, change_all, opened, started
from bench.load import FIRST_GUILD, event, spread
from bot import logs
from bot.outbox.tables import EndpointState

TASKS = 2_000  # so many records wait for one commit


async def leave(url: str, urls: list[str], port: int, deliveries: int) -> None:
    """Add endpoints, pause them, record."""
    async with started(await opened(url, port)) as emitter:
        await add_endpoints(emitter, urls)
        await change_all(emitter, EndpointState.PAUSED)

        async def one(number: int) -> None:
            await emitter.outbox.record(event(number, FIRST_GUILD + number % len(urls)))

        await spread(TASKS, deliveries, one)


def main() -> None:
    """Read the arguments, fill."""
    parser = argparse.ArgumentParser(prog="python -m bench.backlog")
    parser.add_argument("url")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--deliveries", type=int, required=True)
    parser.add_argument("--endpoints", type=int, default=16)
    parser.add_argument("--path", default="hooks")
    given = parser.parse_args()
    logs.configure()
    urls = [f"http://127.0.0.1:{given.port}/{given.path}/{n:03}" for n in range(given.endpoints)]
    uvloop.run(leave(given.url, urls, given.port, given.deliveries))


if __name__ == "__main__":
    main()
