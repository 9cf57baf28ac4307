"""The whole bot in a process of its own, to be killed anywhere in an act, or to end by itself.

Usage: python -m tests.chaos.cases_bot '{"url": …, "key_file": …, "api": …, "gateway": …, …}'
"""

import asyncio
import json
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, event, func, select

from bot.app import App
from bot.clock import SystemClock
from bot.config import Config, DiscordConfig
from bot.config.settings import MembersConfig
from bot.features.cases import CASES
from bot.features.cases.store import table
from bot.features.members import MEMBERS
from bot.posts.tables import post
from tests.chaos.stepping import Steps, install
from tests.support.discord_server.payloads import GUILD_ID
from tests.support.discord_server.server import TOKEN
from tests.support.emitter_setup import config_for
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.settled import drained

SHORT = {
    "lease_seconds": 5.0,
    "longest_timeout": 4.5,
    "lease_renew_seconds": 1.0,
    "total_timeout": 4.5,
    "connect_timeout": 3.0,
    "jitter": 0.0,
}
BEGINS = "INSERT INTO moderation_case"


@dataclass(frozen=True, slots=True)
class Orders:
    """What to work with; `ahead` are seconds that its clock runs before the machine's.

    `fatal` is the boundary of the database to die at, counted from the first case on, 0 for none;
    `recovers` has it end once nothing is left to be done. `patience` is how many seconds PostgreSQL
    has for a statement.
    """

    url: str
    key_file: str
    api: str
    gateway: str
    ahead: float = 0.0
    fatal: int = 0
    recovers: bool = False
    patience: float = 30.0


class Ahead(SystemClock):
    """The machine's clock, and so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._ahead = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return super().now() + self._ahead


class FromTheCase(Steps):
    """Boundaries count from the statement that begins the first case."""

    begun = False

    def step(self) -> None:
        if self.begun:
            super().step()

    def begin(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.begun = self.begun or statement.startswith(BEGINS)


def config_of(orders: Orders) -> Config:
    config = config_for(orders.url, key_file=Path(orders.key_file), **SHORT)
    place = DiscordConfig(token=SecretStr(TOKEN), api_base=orders.api, gateway_url=orders.gateway)
    return config.model_copy(
        update={
            "discord": place,
            "members": MembersConfig(leave_hold_seconds=0.1),
            "database": config.database.model_copy(update={"statement_timeout": orders.patience}),
        }
    )


async def compared(app: App) -> None:
    """Return when the guild was compared with what was known of it."""
    async with asyncio.timeout(PATIENCE):
        await app.client.wait_until_ready()
        while not app.parts[MEMBERS].service.returns.is_whole(GUILD_ID):
            await turn()


async def recovered(app: App) -> None:
    """Return when no case is under way or owes anything, and every event was received."""
    database, now = app.emitter.database, app.parts.core.clock.now()
    is_due = (table.c.state == "active") & (table.c.expires_at <= now)
    left = select(func.count()).where((table.c.state == "pending") | is_due)
    owed = select(func.count()).where(post.c.is_owed)
    async with asyncio.timeout(PATIENCE):
        count = 1
        while count:
            await app.parts[CASES].service.sweep.sweep()
            await app.parts.core.posts.sweep()
            async with database.reading() as reading:
                count = int((await reading.execute(left)).scalar_one())
                count += int((await reading.execute(owed)).scalar_one())
    # What members hold for a moment is decided, and what it comes to is sent as well.
    await app.parts[MEMBERS].service.stop()
    await drained(database)


async def live(app: App, orders: Orders) -> None:
    await compared(app)
    print("ready", flush=True)  # noqa: T201  the test waits for this line
    if orders.recovers:
        await recovered(app)
    else:
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def main(orders: Orders) -> None:
    steps = FromTheCase(orders.fatal)
    if orders.fatal:
        install(steps)
        event.listen(Engine, "before_cursor_execute", steps.begin)
    app = await App.open(config_of(orders), Ahead(orders.ahead))
    await app.start()
    sweep = app.parts[CASES].service.sweep
    for one in (sweep, app.parts.core.posts):
        await one.stop()  # it would look every 15 seconds; here it looks when it is told to
    await sweep.begin()
    async with app.client:
        connecting = asyncio.create_task(app.client.start(TOKEN))
        await live(app, orders)
        await app.client.close()
        await asyncio.wait((connecting,))
    await app.stop()
    print(steps.taken)  # noqa: T201  how many boundaries there were


if __name__ == "__main__":
    given: dict[str, Any] = json.loads(sys.argv[1])
    asyncio.run(main(Orders(**given)))
