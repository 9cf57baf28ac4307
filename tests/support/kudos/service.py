"""Kudos service: somebody is thanked, and what was thanked for is forgotten in time."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from bot.acts import Actor
from bot.catalogue.levels import XpLevelUp
from bot.clock import Clock
from bot.errors import UserError
from bot.feature import GuildSettings
from bot.outbox.outbox import Outbox
from bot.storage.database import Database
from bot.storage.sweep import DueRows, Sweep
from tests.support.kudos import store
from tests.support.kudos.settings import KudosSettings


class KudosService:
    """Use cases of kudos, and the sweep that ends them."""

    def __init__(
        self, database: Database, outbox: Outbox, *, settings: GuildSettings, clock: Clock
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._settings = settings
        self._clock = clock
        self.sweep = Sweep("kudos", database, clock=clock)
        self.sweep.rows(DueRows("over", store.kudos, store.over, _id_of, self._end))

    async def thank(self, actor: Actor, user_id: int) -> int:
        """One more for that person, who rises; how many they have now."""
        chosen = await self._settings.get(actor.guild_id, KudosSettings)
        if not chosen.enabled:
            raise UserError("Kudos are switched off in this server.")
        ends_at = self._clock.now() + timedelta(days=chosen.lasts_days)
        async with self._database.transaction() as tx:
            before = await store.count(tx, actor.guild_id, user_id)
            await store.add(tx, actor.guild_id, user_id, ends_at)
            event = XpLevelUp(
                guild_id=actor.guild_id,
                user_id=user_id,
                old_level=before,
                new_level=before + 1,
                total_xp=before + 1,
            )
            await self._outbox.emit(tx, event)
        return before + 1

    async def _end(self, kudos_id: int) -> None:
        async with self._database.transaction() as tx:
            await store.remove(tx, kudos_id)


def _id_of(row: Row[Any]) -> int:
    return int(row.id)
