"""Ports of sync: what its services are built from and share."""

from contextlib import suppress
from dataclasses import dataclass, field

from bot.acts import Acts, ActUnknown
from bot.clock import Clock
from bot.errors import UserError
from bot.feature import GuildSettings, Incidents, Sanctions
from bot.features.sync.settings import SyncSettings
from bot.keyed_lock import KeyedLock
from bot.outbox.audit import AuditLog
from bot.storage.database import Database
from bot.texts import _


@dataclass(slots=True)
class SyncPorts:
    """Ports shared by the services of the feature; the wiring adds `sanctions`."""

    database: Database
    audit: AuditLog
    settings: GuildSettings
    acts: Acts
    clock: Clock
    incidents: Incidents
    locks: KeyedLock = field(default_factory=KeyedLock)
    sanctions: Sanctions = field(init=False)

    async def chosen(self, guild_id: int) -> SyncSettings:
        """The guild's choices."""
        return await self.settings.get(guild_id, SyncSettings)

    async def require(self, guild_id: int) -> SyncSettings:
        """The guild's choices; a UserError where the feature is switched off."""
        chosen = await self.chosen(guild_id)
        if not chosen.enabled:
            raise UserError(_("Nothing is shared here: /sync panel switches it on."))
        return chosen

    async def name_of(self, guild_id: int) -> str:
        """What a guild lets itself be called by others; it is asked for each time, never kept."""
        with suppress(ActUnknown):  # then nobody can tell its name
            await self.acts.know(guild_id)
        guild = self.acts.guild(guild_id)
        if guild is None or not (await self.chosen(guild_id)).shows_name:
            return _("a server that does not show its name")
        return guild.name
