"""Shadows: for some days a protection says what it would have done, and does nothing."""

from datetime import datetime
from functools import partial

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.errors import UserError
from bot.features.incidents import shadow_store as store
from bot.features.incidents.messages import IncidentMessages
from bot.features.incidents.model import SHADOW_DAYS, Shadow, ends_at
from bot.features.incidents.ports import IncidentsPorts
from bot.storage.changes import Cache
from bot.storage.database import Reading, Transaction
from bot.storage.sweep import DueRows, Sweep
from bot.texts import _

TOPIC = "shadow"


class Shadows:
    """Who is in shadow, from memory; a sweep tells of those that ended by themselves."""

    def __init__(self, ports: IncidentsPorts, messages: IncidentMessages, *, sweep: Sweep) -> None:
        self._ports = ports
        self._messages = messages
        self._cache: Cache[Shadow | None] = Cache(ports.database.changes, TOPIC)
        sweep.rows(
            DueRows("shadows", store.table, store.over, store.shadow_of, self._tell, still=_still)
        )

    async def ends_at(self, guild_id: int, feature: str) -> datetime | None:
        """When the shadow ends in which a protection is; None where it is in none."""
        read = partial(self._read, guild_id, feature)
        found = await self._cache.get(_key(guild_id, feature), read)
        if found is None or found.ends_at <= self._ports.clock.now():
            return None
        return found.ends_at

    async def begin(self, actor: Actor, feature: str, days: int) -> None:
        """Begin one, or change when it ends."""
        if days not in SHADOW_DAYS:
            raise UserError(_("Choose one of the numbers of days that are offered."))
        protection, ends = self._ports.protection(feature), ends_at(self._ports.clock.now(), days)
        await self._ports.settings.require_keeper(actor, protection.settings)
        async with self._ports.database.transaction() as tx:
            await store.put(tx, actor.guild_id, feature, ends, is_told=False)
            said = f"{actor.name} put {feature} in shadow for {days} days."
            await self._written(tx, actor, feature, "shadow.begun", said, days=days)

    async def end(self, actor: Actor, feature: str) -> None:
        """Let it act from now on; a UserError where it is in no shadow."""
        protection = self._ports.protection(feature)
        await self._ports.settings.require_keeper(actor, protection.settings)
        if await self.ends_at(actor.guild_id, feature) is None:
            raise UserError(_("It is in no shadow."))
        async with self._ports.database.transaction() as tx:
            now = self._ports.clock.now()
            await store.put(tx, actor.guild_id, feature, now, is_told=True)
            said = f"{actor.name} ended the shadow of {feature}: it acts from now on."
            await self._written(tx, actor, feature, "shadow.ended", said)

    async def _written(
        self, tx: Transaction, actor: Actor, feature: str, event_type: str, said: str, **more: int
    ) -> None:
        await self._ports.audit.write(
            tx,
            AuditDraft(
                guild_id=actor.guild_id,
                event_type=event_type,
                summary=said,
                target_type="protection",
                target_id=feature,
                actor_id=actor.user_id,
                actor_name=actor.name,
                severity="warn",
                context=dict(more),
            ),
        )
        await self._ports.database.changes.tell(tx, TOPIC, _key(actor.guild_id, feature))

    async def _tell(self, seen: Shadow) -> None:
        async with self._ports.database.transaction() as tx:
            if await store.told(tx, seen):
                await self._messages.owe_end(tx, seen)

    async def _read(self, guild_id: int, feature: str) -> Shadow | None:
        async with self._ports.database.reading() as reading:
            return await store.find(reading, guild_id, feature)


async def _still(reading: Reading, seen: Shadow) -> Shadow | None:
    found = await store.by_id(reading, seen.id)
    return None if found is None or found.is_told or found.ends_at != seen.ends_at else found


def _key(guild_id: int, feature: str) -> str:
    return f"{guild_id} {feature}"
