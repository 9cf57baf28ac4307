"""Ledger: every change of money is one balanced entry, posted under locks in one order."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from bot.catalogue.economy import BalanceChanged
from bot.clock import Clock
from bot.features.economy import ledger_store
from bot.features.economy.ledger_store import LockedAccount
from bot.features.economy.model import AccountKey, AccountKind, EntryDraft, Leg, Posted
from bot.money import NotEnough
from bot.outbox.outbox import Outbox
from bot.storage.database import Transaction

EntryRule = Callable[[Mapping[AccountKey, int]], Sequence[EntryDraft]]
"""From what accounts hold to the entries that are to be posted to them."""


class Ledger:
    """The only writer of accounts; it tells of every posting to a wallet."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        self._outbox = outbox
        self._clock = clock

    async def post(self, tx: Transaction, *drafts: EntryDraft) -> list[Posted]:
        """Post entries of one guild, in order; NotEnough where somebody would owe something.

        Call it once in a transaction: what a second call locks may be another's that waits.
        """
        if not drafts:
            return []
        keys = {leg.account for draft in drafts for leg in draft.legs}
        return await self.decide(tx, drafts[0].guild_id, keys, lambda _: drafts)

    async def decide(
        self, tx: Transaction, guild_id: int, keys: Collection[AccountKey], rule: EntryRule
    ) -> list[Posted]:
        """Lock the accounts, and post to them what is decided by what they hold."""
        accounts = await ledger_store.locked(tx, guild_id, keys)
        drafts = rule({key: one.balance for key, one in accounts.items()})
        if not drafts:
            return []
        ids = await ledger_store.add_entries(tx, drafts, self._clock.now())
        rows, events, posted = list[dict[str, Any]](), list[BalanceChanged](), list[Posted]()
        for draft, entry_id in zip(drafts, ids, strict=True):
            for leg in draft.legs:
                account = _changed(accounts[leg.account], leg)
                rows.append(_row(entry_id, account, leg))
                if leg.account.kind is AccountKind.WALLET:
                    events.append(_event(draft, leg, account))
            balances = {leg.account: accounts[leg.account].balance for leg in draft.legs}
            posted.append(Posted(entry_id, balances))
        await ledger_store.add_postings(tx, rows)
        await ledger_store.write_balances(tx, accounts.values())
        for event in events:
            await self._outbox.emit(tx, event)
        return posted


def _changed(account: LockedAccount, leg: Leg) -> LockedAccount:
    after = account.balance + leg.delta
    if after < 0 and not leg.account.kind.may_owe:
        raise NotEnough(
            leg.account.owner_id, account.currency, balance=account.balance, needed=-leg.delta
        )
    account.balance = after
    return account


def _row(entry_id: int, account: LockedAccount, leg: Leg) -> dict[str, Any]:
    return {
        "entry_id": entry_id,
        "account_id": account.id,
        "delta": leg.delta,
        "balance": account.balance,
        "operation": leg.operation,
    }


def _event(draft: EntryDraft, leg: Leg, account: LockedAccount) -> BalanceChanged:
    return BalanceChanged(
        guild_id=draft.guild_id,
        user_id=leg.account.owner_id,
        delta=leg.delta,
        balance=account.balance,
        reason=draft.reason,
        source=draft.source,
        operation=leg.operation,
        currency_id=leg.account.currency_id,
        decimals=account.currency.decimals,
    )
