"""Ports of nukes: what their services are built from and share."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.acts import Acts
from bot.clock import Clock
from bot.crowd import CrowdSanctions
from bot.feature import GuildSettings, Incidents, Sanctions
from bot.features.nukes.settings import NukesSettings
from bot.keyed_lock import KeyedLock
from bot.outbox.outbox import Outbox
from bot.storage.database import Database, Transaction

NUKES = "nukes"

OnRemade = Callable[[Transaction, int, Mapping[int, int]], Awaitable[Sequence[str]]]
"""A reaction to what was made anew in a guild, new ids by the old ones: names of what follows."""


@dataclass(slots=True)
class NukesPorts:
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
    on_remade: list[OnRemade] = field(default_factory=list[OnRemade])

    async def chosen(self, guild_id: int) -> NukesSettings:
        """The guild's choices."""
        return await self.settings.get(guild_id, NukesSettings)

    def own_id(self, guild_id: int) -> int | None:
        """The bot's own; None where it is not in sight."""
        me = self.acts.own_standing(guild_id)
        return None if me is None else me.account.user_id
