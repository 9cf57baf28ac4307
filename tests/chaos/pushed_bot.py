"""The whole bot in a process of its own, killed while programs push actions into a server.

Each life begins with what the one before left to do. Usage: python -m tests.chaos.pushed_bot
'{"url": …, "key_file": …, "api": …, "gateway": …, "port": …, …}'
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from bot.app import App
from bot.config import Config, WebConfig
from bot.features.incoming import INCOMING
from bot.features.incoming.tables import pushed_call
from tests.chaos import tickets_bot
from tests.chaos.cases_bot import Orders, config_of
from tests.support.patience import PATIENCE

PENDING = select(func.count()).where(pushed_call.c.state == "pending")


@dataclass(frozen=True, slots=True)
class PushedOrders(Orders):
    """With the port of its web face."""

    port: int = 0


def configured(orders: Orders) -> Config:
    """With a door for programs."""
    assert isinstance(orders, PushedOrders)
    face = WebConfig(port=orders.port, public_url="https://herald.example")
    return config_of(orders).model_copy(update={"web": face})


async def finished(app: App) -> None:
    """Return when nothing that was pushed is pending, and nothing is owed of it."""
    async with asyncio.timeout(PATIENCE):
        count = 1
        while count:
            await app.parts[INCOMING].calls.sweep.sweep()
            async with app.emitter.database.reading() as reading:
                count = int((await reading.execute(PENDING)).scalar_one())
    await tickets_bot.recovered(app)


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(tickets_bot.main(PushedOrders(**given), configured, finished))
