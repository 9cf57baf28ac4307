"""Ports of raids: what their services are built from and share."""

from dataclasses import dataclass, field

from bot.acts import Acts
from bot.clock import Clock
from bot.crowd import CrowdSanctions
from bot.feature import GuildSettings, Incidents, Sanctions
from bot.features.raids.settings import RaidsSettings
from bot.keyed_lock import KeyedLock
from bot.outbox.outbox import Outbox
from bot.storage.database import Database

RAIDS = "raids"


@dataclass(slots=True)
class RaidsPorts:
    """Ports shared by the services of the feature; the wiring adds who acts on people."""

    database: Database
    outbox: Outbox
    settings: GuildSettings
    incidents: Incidents
    acts: Acts
    clock: Clock
    locks: KeyedLock = field(default_factory=KeyedLock)
    sanctions: Sanctions = field(init=False)
    crowd: CrowdSanctions = field(init=False)

    async def chosen(self, guild_id: int) -> RaidsSettings:
        """The guild's choices."""
        return await self.settings.get(guild_id, RaidsSettings)
