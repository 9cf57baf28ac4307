"""Ports of duels: what their services are built from and share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.acts import Sees
from bot.clock import Clock
from bot.errors import ConfigError, UserError
from bot.feature import Funds, GuildSettings
from bot.features.duels.model import Duel
from bot.features.duels.settings import DuelsSettings
from bot.keyed_lock import KeyedLock
from bot.money import Currency
from bot.outbox.outbox import Outbox
from bot.posts.posts import Posts
from bot.seeds import new_seed
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.texts import _


@dataclass(slots=True)
class DuelsPorts:
    """Ports shared by the services of the feature; the wiring adds `funds`."""

    database: Database
    outbox: Outbox
    settings: GuildSettings
    posts: Posts
    clock: Clock
    vault: Vault
    acts: Sees
    locks: KeyedLock = field(default_factory=KeyedLock)
    new_seed: Callable[[], bytes] = new_seed
    funds: Funds = field(init=False)

    def seed_of(self, duel: Duel) -> bytes | None:
        """The seed of one that has not ended; None where no key at hand opens it."""
        if duel.sealed_seed is None:
            return None
        try:
            return bytes.fromhex(self.vault.open(duel.sealed_seed))
        except ConfigError:
            return None

    async def currency_of(self, duel: Duel) -> Currency:
        """What it is about, also where that is no more."""
        for one in await self.funds.currencies(duel.guild_id):
            if one.id == duel.currency_id:
                return one
        return Currency.former(duel.currency_id, duel.guild_id, duel.decimals)

    async def chosen(self, guild_id: int) -> DuelsSettings:
        """The guild's choices."""
        return await self.settings.get(guild_id, DuelsSettings)

    async def require(self, guild_id: int) -> DuelsSettings:
        """The guild's choices; a UserError where duels, or its economy, are switched off."""
        chosen = await self.chosen(guild_id)
        if not chosen.enabled:
            raise UserError(
                _("Duels are switched off here: the staff switch them on in /settings.")
            )
        await self.funds.require(guild_id)
        return chosen
