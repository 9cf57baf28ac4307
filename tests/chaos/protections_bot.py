"""The whole bot in a process of its own, killed while a protection does something.

Usage: python -m tests.chaos.protections_bot '{"url": …, "key_file": …, "api": …, …}'
"""

import asyncio
import json
import sys
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.app import App
from bot.config import Config, NetworkConfig
from bot.feature import Feature
from bot.features.cases import CASES
from bot.features.cases.store import table as moderation_case
from bot.features.network import NETWORK
from bot.features.network.tables import network_hit, network_search
from bot.features.nukes import NUKES
from bot.features.nukes.tables import nuke
from bot.features.raids import RAIDS
from bot.features.raids.tables import raid
from bot.features.sync import SYNC
from bot.features.sync.tables import share
from bot.storage.sweep import Sweep
from tests.chaos.cases_bot import Ahead, Orders, compared, config_of
from tests.support.discord_server.payloads import GUILD_ID, OWNER_ID
from tests.support.discord_server.populated_guild import LOG_CHANNEL_ID
from tests.support.discord_server.server import TOKEN
from tests.support.patience import PATIENCE
from tests.support.settled import drained

LEAP = timedelta(seconds=5)  # by which its clock goes on with each look: nothing waits a minute
ACTING: list[Feature[Any]] = [CASES, RAIDS, NUKES, SYNC, NETWORK]
UNDONE = [
    select(func.count()).where(raid.c.due_at.is_not(None)),
    select(func.count()).where(nuke.c.due_at.is_not(None)),
    select(func.count()).where((share.c.state == "owed") | share.c.is_lift_owed),
    select(func.count()).select_from(network_search),
    select(func.count()).where(network_hit.c.state == "acting"),
    select(func.count()).where(moderation_case.c.state == "pending"),
]


class Leaping(Ahead):
    """A clock that can be moved on."""

    def leap(self) -> None:
        self._ahead += LEAP


def configured(orders: Orders) -> Config:
    """With reviewers of the network."""
    review = NetworkConfig(reviewers=(OWNER_ID,), guild_id=GUILD_ID, channel_id=LOG_CHANNEL_ID)
    return config_of(orders).model_copy(update={"network": review})


async def recovered(app: App, clock: Leaping) -> None:
    """Return when no protection and no case owes anything, and every event was received."""
    database = app.emitter.database
    sweeps = [one for it in ACTING for one in app.parts[it].background if isinstance(one, Sweep)]
    async with asyncio.timeout(PATIENCE):
        count = 1
        while count:
            for one in sweeps:
                await one.sweep()
            async with database.reading() as reading:
                count = sum([(await reading.execute(one)).scalar_one() for one in UNDONE])
            clock.leap()
    await drained(database)


async def main(orders: Orders) -> None:
    clock = Leaping(orders.ahead)
    app = await App.open(configured(orders), clock)
    await app.start()
    async with app.client:
        connecting = asyncio.create_task(app.client.start(TOKEN))
        await compared(app)
        if orders.recovers:
            await recovered(app, clock)
        print("ready", flush=True)  # noqa: T201  the test waits for this line
        if not orders.recovers:
            await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
        await app.client.close()
        await asyncio.wait((connecting,))
    await app.stop()


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(main(Orders(**given)))
