"""The whole bot in a process of its own, killed while people are at its tickets.

Each life begins with what the one before left to do. Usage: python -m tests.chaos.tickets_bot
'{"url": …, "key_file": …, "api": …, "gateway": …, …}'
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import func, select

from bot.app import App
from bot.config import Config
from bot.features.tickets import TICKETS
from bot.features.tickets.store import table
from bot.posts.tables import post
from tests.chaos.cases_bot import Ahead, Orders, compared, config_of
from tests.support.discord_server.server import TOKEN
from tests.support.patience import PATIENCE
from tests.support.settled import drained

UNDONE = (
    select(func.count()).where((table.c.state == "opening") | table.c.room_duties.is_not(None)),
    select(func.count()).where(post.c.is_owed),
)


async def recovered(app: App) -> None:
    """Return when no ticket is half-way and none owes anything, and every event was received."""
    database = app.emitter.database
    async with asyncio.timeout(PATIENCE):
        count = 1
        while count:
            await app.parts[TICKETS].ports.sweep.sweep()
            await app.parts.core.posts.sweep()
            async with database.reading() as reading:
                counts = [(await reading.execute(one)).scalar_one() for one in UNDONE]
            count = sum(map(int, counts))
    await drained(database)


async def main(
    orders: Orders,
    configured: Callable[[Orders], Config] = config_of,
    finished: Callable[[App], Awaitable[None]] = recovered,
) -> None:
    app = await App.open(configured(orders), Ahead(orders.ahead))
    await app.start()
    async with app.client:
        connecting = asyncio.create_task(app.client.start(TOKEN))
        await compared(app)
        await finished(app)
        print("ready", flush=True)  # noqa: T201  the test waits for this line
        if not orders.recovers:
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await app.client.close()
        await asyncio.wait((connecting,))
    await app.stop()


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(main(Orders(**given)))
