"""Currencies of a guild, made and changed by its staff; one of them is what is meant by money."""

from typing import Literal

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.errors import UserError
from bot.features.economy import currency_store, hold_store
from bot.features.economy.ports import EconomyPorts
from bot.features.economy.treasury import TOPIC
from bot.money import OWN_EMOJI, Currency
from bot.storage.database import Transaction
from bot.texts import _
from bot.user_text import clean_line, sought

MOST_CURRENCIES = 10
NAME_LIMIT, SYMBOL_LIMIT = 32, 12  # characters


class Currencies:
    """Makes, names and deletes them; how many decimals one has is said once and for all."""

    def __init__(self, ports: EconomyPorts) -> None:
        self._ports = ports

    async def create(
        self, actor: Actor, name: str, symbol: str, *, decimals: Literal[0, 2] = 0
    ) -> Currency:
        """One more; of what is earned it is none, until it is made the default."""
        await self._ports.treasury.currencies(actor.guild_id)  # the first there is
        name, symbol = _name(name), _symbol(symbol)
        async with self._ports.database.transaction() as tx:
            known = await currency_store.locked(tx, actor.guild_id)
            if len(known) >= MOST_CURRENCIES:
                text = _("A server has at most {most} currencies: delete one first.")
                raise UserError(text.format(most=MOST_CURRENCIES))
            _refuse_taken(known, name)
            made = await currency_store.add(
                tx, actor.guild_id, name=name, symbol=symbol, decimals=decimals
            )
            await self._changed(tx, actor, made, "made")
        return made

    async def edit(
        self, actor: Actor, currency_id: int, *, name: str | None = None, symbol: str | None = None
    ) -> Currency:
        """Another name or symbol; what people hold stays what it is."""
        values = dict[str, str]()
        if name is not None:
            values["name"] = _name(name)
        if symbol is not None:
            values["symbol"] = _symbol(symbol)
        if not values:
            raise UserError(_("Say what is to change: the name, the symbol, or both."))
        async with self._ports.database.transaction() as tx:
            known = await currency_store.locked(tx, actor.guild_id)
            await currency_store.standing(tx, actor.guild_id, currency_id)
            if "name" in values:
                _refuse_taken([one for one in known if one.id != currency_id], values["name"])
            changed = await currency_store.change(tx, currency_id, **values)
            await self._changed(tx, actor, changed, "changed")
        return changed

    async def make_default(self, actor: Actor, currency_id: int) -> Currency:
        """From now on it is what messages, voice and the daily pay."""
        async with self._ports.database.transaction() as tx:
            known = await currency_store.locked(tx, actor.guild_id)
            seen = await currency_store.standing(tx, actor.guild_id, currency_id)
            if seen.is_default:
                raise UserError(_("That is the default already."))
            for one in known:
                if one.is_default:  # first, for there are never two
                    await currency_store.change(tx, one.id, is_default=False)
            changed = await currency_store.change(tx, currency_id, is_default=True)
            await self._changed(tx, actor, changed, "made the default")
        return changed

    async def delete(self, actor: Actor, currency_id: int) -> Currency:
        """Nobody sees it or what they hold of it any more; the ledger keeps both."""
        async with self._ports.database.transaction() as tx:
            await currency_store.locked(tx, actor.guild_id)
            seen = await currency_store.standing(tx, actor.guild_id, currency_id)
            if seen.is_default:
                raise UserError(_("That is the default: make another one the default first."))
            if await hold_store.count_in(tx, actor.guild_id, currency_id):
                text = _("Some of it is held by games, trades or duels: wait until they end.")
                raise UserError(text)
            gone = await currency_store.change(tx, currency_id, is_deleted=True)
            await self._changed(tx, actor, gone, "deleted")
        return gone

    async def _changed(self, tx: Transaction, actor: Actor, one: Currency, did: str) -> None:
        draft = AuditDraft(
            guild_id=actor.guild_id,
            event_type="economy.currency_changed",
            summary=f"{actor.name} {did} the currency {one.name} ({one.symbol}).",
            target_type="currency",
            target_id=str(one.id),
            actor_id=actor.user_id,
            actor_name=actor.name,
        )
        await self._ports.audit.write(tx, draft)
        await self._ports.database.changes.tell(tx, TOPIC, str(actor.guild_id))


def _name(typed: str) -> str:
    name = clean_line(typed)
    if not name or len(name) > NAME_LIMIT:
        text = _("Write a name of 1 to {most} characters, such as Coins.")
        raise UserError(text.format(most=NAME_LIMIT))
    return name


def _symbol(typed: str) -> str:
    symbol = clean_line(typed)
    if OWN_EMOJI.fullmatch(symbol) or (symbol and len(symbol) <= SYMBOL_LIMIT):
        return symbol
    text = _("Write a symbol of 1 to {most} characters, such as 🪙 or €, or one of your emoji.")
    raise UserError(text.format(most=SYMBOL_LIMIT))


def _refuse_taken(known: list[Currency], name: str) -> None:
    if sought(name) in {sought(one.name) for one in known}:
        raise UserError(_("There is a currency of that name already: choose another."))
