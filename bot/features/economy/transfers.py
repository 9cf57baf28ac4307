"""Transfers of money from one member to another, with a tax that nobody gets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.acts import Actor
from bot.errors import UserError
from bot.features.economy.model import AccountKey, EntryDraft, Leg, mint, tax_of, wallet
from bot.features.economy.ports import EconomyPorts
from bot.money import Currency, NoRoom
from bot.texts import _
from bot.user_text import clean_line

REASON_LIMIT = 200  # characters


@dataclass(frozen=True, slots=True)
class Payee:
    """Member who is to be paid."""

    user_id: int
    is_bot: bool


@dataclass(frozen=True, slots=True)
class Transfer:
    """Transfer that was made, as it shows in both wallets."""

    currency: Currency
    amount: int
    tax: int
    balance: int  # of who paid

    @property
    def received(self) -> int:
        return self.amount - self.tax


class Transfers:
    """Moves money between two wallets in one transaction, locked in one order."""

    def __init__(self, ports: EconomyPorts) -> None:
        self._ports = ports

    async def pay(
        self,
        payer: Actor,
        payee: Payee,
        typed: str,
        *,
        currency_id: int | None = None,
        reason: str = "",
    ) -> Transfer:
        """Pay the amount that was typed; the payer's wallet gives it all, the tax included."""
        treasury, guild_id = self._ports.treasury, payer.guild_id
        await treasury.require(guild_id)
        if payee.user_id == payer.user_id:
            raise UserError(_("You cannot pay yourself: name somebody else."))
        if payee.is_bot:
            raise UserError(_("Bots have no wallet: name a person."))
        currency = await treasury.currency(guild_id, currency_id)
        amount = currency.parse(typed)
        chosen = await treasury.chosen(guild_id)
        tax, most = tax_of(amount, chosen.transfer_tax), chosen.most_of(currency)
        gives = wallet(payer.user_id, currency.id)
        takes, burns = wallet(payee.user_id, currency.id), mint(currency.id)
        legs = [Leg(gives, -amount, "transfer_out"), Leg(takes, amount - tax, "transfer_in")]
        if tax:
            legs.append(Leg(burns, tax, "transfer_out"))
        why = clean_line(reason)[:REASON_LIMIT] or None
        draft = EntryDraft(guild_id, "transfer", legs, why, payer.user_id)

        def decided(balances: Mapping[AccountKey, int]) -> Sequence[EntryDraft]:
            if balances[takes] + amount - tax > most and balances[gives] >= amount:
                raise NoRoom(payee.user_id, currency, most=most)
            return (draft,)

        async with self._ports.database.transaction() as tx:
            keys = {leg.account for leg in legs}
            (posted,) = await self._ports.ledger.decide(tx, guild_id, keys, decided)
        return Transfer(currency, amount, tax, posted.balances[gives])
