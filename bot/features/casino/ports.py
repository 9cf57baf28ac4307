"""Ports of the casino: what its services are built from and share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.acts import Sees
from bot.clock import Clock
from bot.feature import Funds, GuildSettings
from bot.features.casino.model import CasinoRound
from bot.features.casino.settings import CasinoSettings
from bot.money import Currency
from bot.seeds import new_seed
from bot.storage.database import Database
from bot.storage.vault import Vault


@dataclass(slots=True)
class CasinoPorts:
    """Ports shared by the services of the feature; `money` is joined once economy is built."""

    database: Database
    settings: GuildSettings
    clock: Clock
    vault: Vault
    acts: Sees
    new_seed: Callable[[], bytes] = new_seed
    money: Funds = field(init=False)

    async def chosen(self, guild_id: int) -> CasinoSettings:
        """The guild's choices."""
        return await self.settings.get(guild_id, CasinoSettings)

    async def currency_of(self, one: CasinoRound) -> Currency:
        """What it was played in, also where that is no more."""
        for currency in await self.money.currencies(one.guild_id):
            if currency.id == one.currency_id:
                return currency
        return one.former_currency
