"""The whole bot in a process of its own, killed while it locks channels or puts them back.

Usage: python -m tests.chaos.raids_bot '{"url": …, "key_file": …, "api": …, "gateway": …, …}'
"""

import asyncio
import json
import sys
from typing import Any

from sqlalchemy import func, select

from bot.app import App
from bot.features.raids import RAIDS
from bot.features.raids.tables import raid
from tests.chaos.cases_bot import DEADLINE, Ahead, Orders, compared, config_of
from tests.support.discord_server.server import TOKEN
from tests.support.settled import drained

UNDONE = select(func.count()).where(raid.c.due_at.is_not(None))


async def recovered(app: App) -> None:
    """Return when no raid owes anything, and every event was received."""
    database = app.emitter.database
    async with asyncio.timeout(DEADLINE):
        count = 1
        while count:
            await app.parts[RAIDS].service.sweep.sweep()
            async with database.reading() as reading:
                count = (await reading.execute(UNDONE)).scalar_one()
    await drained(database)


async def main(orders: Orders) -> None:
    app = await App.open(config_of(orders), Ahead(orders.ahead))
    await app.start()
    async with app.client:
        connecting = asyncio.create_task(app.client.start(TOKEN))
        await compared(app)
        if orders.recovers:
            await recovered(app)
        print("ready", flush=True)  # noqa: T201  the test waits for this line
        if not orders.recovers:
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await app.client.close()
        await asyncio.wait((connecting,))
    await app.stop()


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(main(Orders(**given)))
