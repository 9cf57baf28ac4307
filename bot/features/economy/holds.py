"""Holds: stakes of games, trades and duels, taken once and ended once."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from bot.catalogue.economy import Operation
from bot.clock import Clock
from bot.features.economy import currency_store, hold_store
from bot.features.economy.hold_store import Hold, HoldState
from bot.features.economy.ledger import Ledger
from bot.features.economy.model import (
    HOLDING,
    PAYING,
    AccountKey,
    EntryDraft,
    Leg,
    held,
    house,
    pair,
    wallet,
)
from bot.money import Payout, Purpose, Stake
from bot.storage.database import Transaction


class Holds:
    """Takes stakes out of wallets, and gives them back or pays them out, in the caller's `tx`."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def hold(self, tx: Transaction, *stakes: Stake, reason: str | None = None) -> list[int]:
        """Take stakes of one guild; the ids of their holds, in the same order."""
        if any(one.amount <= 0 for one in stakes):
            raise ValueError(f"a stake is more than nothing: {stakes}")
        for guild_id, currency_id in sorted({(one.guild_id, one.currency_id) for one in stakes}):
            await currency_store.standing(tx, guild_id, currency_id, locks=True)
        ids = await hold_store.add(tx, stakes, self._clock.now())
        await self._ledger.post(tx, *(_taking(one, reason) for one in stakes))
        return ids

    async def release(
        self, tx: Transaction, hold_ids: Collection[int], *, reason: str | None = None
    ) -> int:
        """Give back what is still held of these; how many were. Whoever left gets it as well."""
        holds = await hold_store.standing(tx, hold_ids)
        if holds:
            await hold_store.end(tx, holds, HoldState.RELEASED, self._clock.now())
            await self._ledger.post(tx, *(_returning(one, reason) for one in holds))
        return len(holds)

    async def settle(
        self,
        tx: Transaction,
        hold_ids: Collection[int],
        payouts: Sequence[Payout],
        *,
        reason: str | None = None,
    ) -> bool:
        """Pay out of these holds, all at once; false, and nothing is done, where one has ended.

        What a casino's stakes do not cover the house pays, and keeps what is left of them. A trade
        or a duel pays out exactly what is held, else it is a ValueError.
        """
        holds = await hold_store.standing(tx, hold_ids)
        if len(holds) < len(set(hold_ids)) or not holds:
            return False
        await hold_store.end(tx, holds, HoldState.SETTLED, self._clock.now())
        await self._ledger.post(tx, _settling(holds, payouts, reason))
        return True


def _taking(stake: Stake, reason: str | None) -> EntryDraft:
    legs = pair(
        wallet(stake.user_id, stake.currency_id),
        held(stake.user_id, stake.currency_id),
        stake.amount,
        operation=HOLDING[stake.purpose],
    )
    return EntryDraft(stake.guild_id, stake.purpose, legs, reason or stake.reference)


def _returning(hold: Hold, reason: str | None) -> EntryDraft:
    legs = pair(
        held(hold.user_id, hold.currency_id),
        wallet(hold.user_id, hold.currency_id),
        hold.amount,
        operation="refund",
    )
    return EntryDraft(hold.guild_id, hold.purpose, legs, reason or hold.reference)


def _settling(holds: Sequence[Hold], payouts: Sequence[Payout], reason: str | None) -> EntryDraft:
    purpose, operation = holds[0].purpose, PAYING[holds[0].purpose]
    sums = Counter[tuple[AccountKey, Operation]]()
    for one in holds:
        sums[held(one.user_id, one.currency_id), operation] -= one.amount
    for one in payouts:
        if one.amount < 0:
            raise ValueError(f"nobody is paid less than nothing: {one}")
        how = "refund" if one.is_refund else operation
        sums[wallet(one.user_id, one.currency_id), how] += one.amount
    legs = [Leg(account, delta, how) for (account, how), delta in sums.items() if delta]
    legs += _rest(purpose, legs)
    return EntryDraft(holds[0].guild_id, purpose, legs, reason or holds[0].reference)


def _rest(purpose: Purpose, legs: Iterable[Leg]) -> list[Leg]:
    """What the house of a casino takes or adds; of anything else EntryDraft finds the fault."""
    if purpose != "casino":
        return []
    left = Counter[int]()
    for leg in legs:
        left[leg.account.currency_id] -= leg.delta
    return [Leg(house(one), delta, PAYING[purpose]) for one, delta in left.items() if delta]
