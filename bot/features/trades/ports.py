"""Ports of trades: what their services are built from and share."""

from dataclasses import dataclass, field

from bot.acts import Acts
from bot.clock import Clock
from bot.errors import UserError
from bot.feature import Funds, GuildSettings
from bot.features.trades.settings import TradesSettings
from bot.keyed_lock import KeyedLock
from bot.outbox.outbox import Outbox
from bot.posts.posts import Posts
from bot.storage.database import Database
from bot.texts import _


@dataclass(slots=True)
class TradesPorts:
    """Ports shared by the services of the feature; the wiring adds `funds`."""

    database: Database
    outbox: Outbox
    settings: GuildSettings
    acts: Acts
    posts: Posts
    clock: Clock
    locks: KeyedLock = field(default_factory=KeyedLock)
    funds: Funds = field(init=False)

    async def chosen(self, guild_id: int) -> TradesSettings:
        """The guild's choices."""
        return await self.settings.get(guild_id, TradesSettings)

    async def require(self, guild_id: int) -> TradesSettings:
        """The guild's choices; a UserError where trades, or its economy, are switched off."""
        chosen = await self.chosen(guild_id)
        if not chosen.enabled:
            raise UserError(
                _("Trades are switched off here: the staff switch them on in /settings.")
            )
        await self.funds.require(guild_id)
        return chosen
