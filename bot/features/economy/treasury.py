"""Treasury: currencies, balances and holds, as other features see them."""

from collections import Counter
from collections.abc import Collection, Sequence

from bot.clock import Clock
from bot.errors import NotFound, UserError
from bot.feature import GuildSettings
from bot.features.economy import currency_store, ledger_store
from bot.features.economy.holds import Holds
from bot.features.economy.ledger import Ledger
from bot.features.economy.model import wallet
from bot.features.economy.settings import EconomySettings
from bot.money import Currency, NoRoom, Payout
from bot.storage.changes import Cache
from bot.storage.database import Database, Reading
from bot.texts import N_, _

TOPIC = "currencies"
"""Of the change feed, with a guild's id: its currencies are others now."""

NAME, SYMBOL = N_("Coins"), "🪙"


class Treasury:
    """What a guild's money is, and who has how much of it; the port `Funds` of the others."""

    def __init__(
        self, database: Database, settings: GuildSettings, *, ledger: Ledger, clock: Clock
    ) -> None:
        self._database = database
        self._settings = settings
        self._known: Cache[Sequence[Currency]] = Cache(database.changes, TOPIC)
        holds = Holds(ledger, clock)
        self.hold, self.release, self.settle = holds.hold, holds.release, holds.settle

    async def chosen(self, guild_id: int) -> EconomySettings:
        """The guild's choices."""
        return await self._settings.get(guild_id, EconomySettings)

    async def require(self, guild_id: int) -> None:
        """A UserError where the guild has its economy switched off."""
        if not (await self.chosen(guild_id)).enabled:
            text = _("The economy is switched off here: the staff switch it on in /settings.")
            raise UserError(text)

    async def currencies(self, guild_id: int) -> Sequence[Currency]:
        """Those in use, the default first; a guild that has none yet is given one."""

        async def read() -> Sequence[Currency]:
            async with self._database.reading() as reading:
                found = await currency_store.of_guild(reading, guild_id)
            if found:
                return found
            async with self._database.transaction() as tx:
                await currency_store.begin(tx, guild_id, NAME, SYMBOL)
                return await currency_store.of_guild(tx, guild_id)

        return await self._known.get(str(guild_id), read)

    async def currency(self, guild_id: int, currency_id: int | None = None) -> Currency:
        """That one of the guild's, or its default; NotFound where there is none."""
        for one in await self.currencies(guild_id):
            if currency_id in (None, one.id):
                return one
        raise NotFound(_("There is no such currency in this server."))

    async def refuse_full(self, guild_id: int, payouts: Collection[Payout]) -> None:
        """NoRoom where somebody could not be paid what these come to and hold it."""
        chosen = await self.chosen(guild_id)
        sums = Counter[tuple[int, int]]()
        for one in payouts:
            sums[one.user_id, one.currency_id] += one.amount
        currencies = {one: await self.currency(guild_id, one) for _user_id, one in sums}
        async with self._database.reading() as reading:
            for (user_id, currency_id), amount in sums.items():
                currency = currencies[currency_id]
                most = chosen.most_of(currency)
                held = await self.balance(reading, guild_id, user_id, currency_id)
                if amount > 0 and held + amount > most:
                    raise NoRoom(user_id, currency, most=most)

    async def balance(self, reading: Reading, guild_id: int, user_id: int, currency_id: int) -> int:
        """What somebody can spend; what is held of theirs is not in it."""
        return await ledger_store.balance(reading, guild_id, wallet(user_id, currency_id))
