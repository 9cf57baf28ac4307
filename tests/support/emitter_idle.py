"""Waiting until an emitter has done all that it can do at this moment of its clock."""

import asyncio

from bot.delivery.emitter import Emitter
from tests.support.loops import turn
from tests.support.patience import PATIENCE


async def quiet(emitter: Emitter) -> None:
    """Return when all is sent and recorded; first let those begin whom the clock just woke."""
    async with asyncio.timeout(PATIENCE):
        for _ in range(5):
            await turn()
        await emitter.worker.idle()
