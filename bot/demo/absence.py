"""Absence of the bot: its client goes, Discord goes on, another client finds what happened."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.demo.stage import Stage
from bot.features.members import MEMBERS

COMPARED_SECONDS = 10.0
LOOK_SECONDS = 0.02


@asynccontextmanager
async def absence(stage: Stage) -> AsyncGenerator[None]:
    """Take the client away for as long as the context lasts; then a fresh one comes back."""
    app = stage.app
    await _compared(stage)  # only who has seen a server can miss what changes there
    for shard in app.client.shards.values():
        await shard.disconnect()
    yield
    app.client = app.make_client()
    await stage.env.restart_bot(app.client)
    await _compared(stage)


async def _compared(stage: Stage) -> None:
    """Wait until the bot has compared the server with what it knew of it."""
    async with asyncio.timeout(COMPARED_SECONDS):
        guild_id = stage.world.cast.guild.id
        returns = stage.app.parts[MEMBERS].service.returns
        while not returns.is_whole(guild_id):  # noqa: ASYNC110  nobody tells, one can only ask
            await asyncio.sleep(LOOK_SECONDS)
