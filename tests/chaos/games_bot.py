"""The whole bot in a process of its own, killed while people earn, pay, play, trade and win.

Usage: python -m tests.chaos.games_bot '{"url": …, "key_file": …, "api": …, "gateway": …, …}'; its
`fatal` is the boundary of the database to die at, counted from when it says that it is ready.
"""

import asyncio
import json
import sys
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.app import App
from bot.features.casino import CASINO
from bot.features.casino.tables import casino_round
from bot.features.economy import ECONOMY
from bot.features.economy.tables import hold
from bot.features.giveaways import GIVEAWAYS
from bot.features.giveaways.tables import giveaway
from bot.features.levels import LEVELS
from bot.features.levels.tables import level_member
from bot.features.trades import TRADES
from bot.features.trades.store import table as trade
from bot.posts.tables import post
from tests.chaos.cases_bot import Ahead, Orders, compared, config_of
from tests.chaos.stepping import Steps, install
from tests.support.discord_server.server import TOKEN
from tests.support.patience import PATIENCE
from tests.support.settled import drained

TURN = 305.0  # seconds: longer than a hand of blackjack waits
UNDONE = (
    select(func.count()).where(casino_round.c.state == "open"),
    select(func.count()).where(trade.c.state.in_(("open", "agreed"))),
    select(func.count()).where(giveaway.c.state.in_(("open", "drawing", "drawn"))),
    select(func.count()).where(hold.c.state == "held"),
    select(func.count()).where(level_member.c.roles_at.is_not(None)),
    select(func.count()).where(post.c.is_owed),
)


class Later(Ahead):
    """The same clock, which can be set forward."""

    def skip(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


class FromReady(Steps):
    """Boundaries count from when people begin to do something."""

    begun = False

    def step(self) -> None:
        if self.begun:
            super().step()


async def recovered(app: App, clock: Later) -> None:
    """Return when nothing is half-way, held or owed, and every event was received."""
    clock.skip(TURN)
    database, parts = app.emitter.database, app.parts
    sweeps = (
        parts[CASINO].service.hands.sweep,
        parts[TRADES].service.sweep,
        parts[GIVEAWAYS].service.sweep,
        parts[LEVELS].service.roles.sweep,
        parts[ECONOMY].adjustments.sweep,
        parts.core.posts,
    )
    async with asyncio.timeout(PATIENCE):
        count = 1
        while count:
            for one in sweeps:
                await one.sweep()
            async with database.reading() as reading:
                counts = [(await reading.execute(one)).scalar_one() for one in UNDONE]
            count = sum(map(int, counts))
    await drained(database)


async def main(orders: Orders) -> None:
    steps, clock = FromReady(orders.fatal), Later(orders.ahead)
    if orders.fatal:
        install(steps)
    app = await App.open(config_of(orders), clock)
    await app.start()
    async with app.client:
        connecting = asyncio.create_task(app.client.start(TOKEN))
        await compared(app)
        if orders.recovers:
            await recovered(app, clock)
        steps.begun = True
        print("ready", flush=True)  # noqa: T201  the test waits for this line
        if not orders.recovers:
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await app.client.close()
        await asyncio.wait((connecting,))
    await app.stop()


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(main(Orders(**given)))
