"""Dailies: once a day a member takes some money, and more of it for days in a row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.acts import Actor
from bot.errors import UserError
from bot.features.economy import earner_store
from bot.features.economy.model import (
    AccountKey,
    Daily,
    EntryDraft,
    mint,
    pair,
    room_for,
    wallet,
)
from bot.features.economy.ports import EconomyPorts
from bot.money import Currency
from bot.texts import _, ago


@dataclass(frozen=True, slots=True)
class TakenDaily:
    """Daily that was taken; `lost` of it found no room in the wallet."""

    currency: Currency
    amount: int
    lost: int
    balance: int
    daily: Daily


class Dailies:
    """Pays it once: the row that says when the next may be taken is locked."""

    def __init__(self, ports: EconomyPorts) -> None:
        self._ports = ports

    async def take(self, actor: Actor) -> TakenDaily:
        """Take today's; a UserError says when the next one comes."""
        treasury, guild_id = self._ports.treasury, actor.guild_id
        await treasury.require(guild_id)
        chosen = await treasury.chosen(guild_id)
        if not chosen.daily_amount:
            raise UserError(_("There is no daily in this server."))
        currency = await treasury.currency(guild_id)
        theirs, source = wallet(actor.user_id, currency.id), mint(currency.id)
        most = chosen.most_of(currency)
        async with self._ports.database.transaction() as tx:
            person = (guild_id, actor.user_id)
            before = await earner_store.daily(tx, person)
            taken = before.taken(self._ports.clock.now())
            if taken is None or taken.next_at is None:
                raise UserError(_too_early(before))
            pays = taken.pays(chosen.daily_amount * currency.unit)
            paid, balance = 0, 0

            def decided(balances: Mapping[AccountKey, int]) -> Sequence[EntryDraft]:
                nonlocal paid, balance
                paid = room_for(pays, balances[theirs], most)
                balance = balances[theirs] + paid
                if not paid:
                    return ()
                return (
                    EntryDraft(guild_id, "daily", pair(source, theirs, paid, operation="daily")),
                )

            await earner_store.save_daily(tx, person, taken)
            await self._ports.ledger.decide(tx, guild_id, {theirs, source}, decided)
        return TakenDaily(currency, paid, pays - paid, balance, taken)


def _too_early(daily: Daily) -> str:
    text = _("You took today's already: the next one can be taken {when}.")
    return text.format(when=ago(daily.next_at) if daily.next_at else "")
