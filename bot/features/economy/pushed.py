"""Pushed money: changes of wallets by other programs, each in the transaction of its request."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.errors import UserError
from bot.features.economy.model import AccountKey, EntryDraft, mint, pair, wallet
from bot.features.economy.ports import EconomyPorts
from bot.features.economy.transfers import REASON_LIMIT
from bot.money import NoRoom, WalletAfter
from bot.snapshots import Account
from bot.storage.database import Transaction
from bot.texts import _
from bot.user_text import clean_line


class PushedMoney:
    """Posts what a program pushed in; source `api`, operation `incoming`."""

    def __init__(self, ports: EconomyPorts) -> None:
        self._ports = ports

    async def change(
        self,
        guild_id: int,
        whose: Account,
        amount: str,
        *,
        currency_id: int | None,
        reason: str | None,
    ) -> Callable[[Transaction], Awaitable[WalletAfter]]:
        """The change, an exact decimal such as `-5.00`, to be made in a transaction."""
        treasury = self._ports.treasury
        await treasury.require(guild_id)
        if whose.is_bot:
            raise UserError(_("Bots have no wallet: name a person."))
        currency = await treasury.currency(guild_id, currency_id)
        digits = amount.lstrip("-")
        typed = digits.rstrip("0").rstrip(".") if "." in digits else digits
        delta = currency.parse(typed) * (-1 if amount.startswith("-") else 1)
        most = (await treasury.chosen(guild_id)).most_of(currency)
        theirs, source = wallet(whose.user_id, currency.id), mint(currency.id)
        why = clean_line(reason or "")[:REASON_LIMIT] or None

        def decided(balances: Mapping[AccountKey, int]) -> Sequence[EntryDraft]:
            if delta > 0 and balances[theirs] + delta > most:
                raise NoRoom(whose.user_id, currency, most=most)
            legs = pair(source, theirs, delta, operation="incoming")
            return (EntryDraft(guild_id, "api", legs, why),)

        async def post(tx: Transaction) -> WalletAfter:
            (posted,) = await self._ports.ledger.decide(tx, guild_id, {theirs, source}, decided)
            return WalletAfter(currency, delta, posted.balances[theirs])

        return post
