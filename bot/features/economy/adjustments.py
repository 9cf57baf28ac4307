"""Adjustments of wallets by the staff, each with who did it and why; and what leaving empties."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Row

from bot.acts import Actor
from bot.catalogue.security import AuditDraft
from bot.errors import UserError
from bot.features.economy import earner_store, hold_store, ledger_store
from bot.features.economy.earner_store import EarnerKey
from bot.features.economy.model import AccountKey, EntryDraft, mint, pair, wallet
from bot.features.economy.ports import EconomyPorts
from bot.features.economy.tables import earner
from bot.features.economy.transfers import REASON_LIMIT, Payee
from bot.money import Currency
from bot.storage.database import Transaction
from bot.storage.sweep import DueRows, Sweep
from bot.texts import N_, _
from bot.user_text import clean_line

Way = Literal["give", "take", "set"]

LEFT = N_("Left the server")
OWN_WISH = N_("Had their data deleted")
DONE: Mapping[Way, str] = {"give": "raised", "take": "lowered", "set": "set"}


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Adjustment that was made."""

    currency: Currency
    delta: int
    balance: int


class Adjustments:
    """Gives, takes, sets and resets; each is an entry of the ledger and one of the audit log."""

    def __init__(self, ports: EconomyPorts) -> None:
        self._ports = ports
        self.sweep = Sweep("economy", ports.database, clock=ports.clock)
        gone = DueRows("gone", earner, earner_store.gone, _earner_of, self._empty_gone)
        self.sweep.rows(gone)

    async def adjust(
        self,
        actor: Actor,
        whose: Payee,
        way: Way,
        typed: str,
        *,
        currency_id: int | None = None,
        reason: str = "",
    ) -> Adjustment:
        """Give or take the amount that was typed, or make it the balance."""
        treasury = self._ports.treasury
        await treasury.require(actor.guild_id)
        if whose.is_bot:
            raise UserError(_("Bots have no wallet: name a person."))
        currency = await treasury.currency(actor.guild_id, currency_id)
        amount = currency.parse(typed, least=0 if way == "set" else 1)
        most = (await treasury.chosen(actor.guild_id)).most_of(currency)
        made = Adjustment(currency, 0, 0)

        def after(balance: int) -> int:
            nonlocal made
            balance_after = _checked(way, currency, balance=balance, amount=amount, most=most)
            made = Adjustment(currency, balance_after - balance, balance_after)
            return balance_after

        change = _Change(actor.guild_id, whose.user_id, actor.user_id, _why(reason))
        async with self._ports.database.transaction() as tx:
            await self._post(tx, change, {currency.id: after})
            await self._audited(
                tx,
                actor,
                change,
                event_type="economy.adjusted",
                did=f"{DONE[way]} the wallet of {whose.user_id} by {made.delta} to {made.balance} "
                f"in {currency.name}",
            )
        return made

    async def reset(self, actor: Actor, user_id: int, *, reason: str = "") -> int:
        """Empty all of somebody's wallets and forget their streak; how many held something."""
        await self._ports.treasury.require(actor.guild_id)
        change = _Change(actor.guild_id, user_id, actor.user_id, _why(reason))
        async with self._ports.database.transaction() as tx:
            count = await self._empty(tx, change)
            did = f"emptied {count} wallets of {user_id}"
            await self._audited(tx, actor, change, event_type="economy.reset", did=did)
        return count

    async def _audited(
        self, tx: Transaction, actor: Actor, change: "_Change", *, event_type: str, did: str
    ) -> None:
        draft = AuditDraft(
            guild_id=actor.guild_id,
            event_type=event_type,
            summary=f"{actor.name} {did}: {change.reason or 'no reason given'}.",
            target_type="member",
            target_id=str(change.user_id),
            actor_id=actor.user_id,
            actor_name=actor.name,
        )
        await self._ports.audit.write(tx, draft)

    async def on_gone(self, tx: Transaction, guild_id: int, user_ids: Collection[int]) -> None:
        """A reaction: some left or were banned; their wallets stay unless chosen otherwise.

        They are emptied by a sweep, once nothing is held of theirs: what games and bargains still
        pay is in them by then, and nobody's accounts are locked in the transaction of those who
        go together.
        """
        if (await self._ports.treasury.chosen(guild_id)).resets_on_leave:
            await earner_store.note_gone(tx, guild_id, user_ids, self._ports.clock.now())
            tx.on_commit(self.sweep.wake)

    async def _empty_gone(self, person: EarnerKey) -> None:
        guild_id, user_id = person
        async with self._ports.database.transaction() as tx:
            if not await hold_store.held_of(tx, guild_id, user_id):  # who came back may have staked
                await self._empty(tx, _Change(guild_id, user_id, None, LEFT))

    async def empty(self, tx: Transaction, guild_id: int, user_id: int) -> int:
        """The same at somebody's own wish; how many wallets held something, and a streak."""
        had_streak = (await earner_store.seen(tx, (guild_id, user_id))).streak > 0
        change = _Change(guild_id, user_id, user_id, OWN_WISH)
        return await self._empty(tx, change) + had_streak

    async def _empty(self, tx: Transaction, change: "_Change") -> int:
        await earner_store.forget(tx, (change.guild_id, change.user_id))
        held = await ledger_store.wallets(tx, change.guild_id, change.user_id)
        rules = {currency_id: _nothing for currency_id, balance in held.items() if balance}
        if rules:
            await self._post(tx, change, rules)
        return len(rules)

    async def _post(
        self, tx: Transaction, change: "_Change", rules: Mapping[int, Callable[[int], int]]
    ) -> None:
        """Bring wallets, by currency, to what is said of what they hold."""

        def decided(balances: Mapping[AccountKey, int]) -> Sequence[EntryDraft]:
            drafts = list[EntryDraft]()
            for currency_id, rule in rules.items():
                theirs = wallet(change.user_id, currency_id)
                delta = rule(balances[theirs]) - balances[theirs]
                if delta:
                    legs = pair(mint(currency_id), theirs, delta, operation="admin")
                    by, why = change.actor_id, change.reason
                    drafts.append(EntryDraft(change.guild_id, "admin", legs, why, by))
            return drafts

        wallets = {wallet(change.user_id, one) for one in rules}
        keys = wallets | {mint(one) for one in rules}
        await self._ports.ledger.decide(tx, change.guild_id, keys, decided)


@dataclass(frozen=True, slots=True)
class _Change:
    """Whose wallets change, by whom and why."""

    guild_id: int
    user_id: int
    actor_id: int | None
    reason: str | None


def _why(reason: str) -> str | None:
    return clean_line(reason)[:REASON_LIMIT] or None


def _nothing(_balance: int) -> int:
    return 0


def _checked(way: Way, currency: Currency, *, balance: int, amount: int, most: int) -> int:
    """The balance afterwards; a UserError where that cannot be, or is what it was."""
    after = {"give": balance + amount, "take": balance - amount, "set": amount}[way]
    if after < 0:
        text = _("There is only {balance} to take.")
        raise UserError(text.format(balance=currency.shown(balance)))
    if after > most and after > balance:
        text = _("A wallet holds at most {most}, and this one would have {after}.")
        raise UserError(text.format(most=currency.shown(most), after=currency.shown(after)))
    if after == balance:
        text = _("That is what the wallet holds already: {balance}.")
        raise UserError(text.format(balance=currency.shown(balance)))
    return after


def _earner_of(row: Row[Any]) -> EarnerKey:
    return row.guild_id, row.user_id
