"""Stakes of rounds: taken within what may be lost in a day, and ended once."""

from collections.abc import Collection
from typing import Any

from bot.features.casino import admission, store
from bot.features.casino.model import DAY, Bet, CasinoPlayer, CasinoRound, RoundState
from bot.features.casino.ports import CasinoPorts
from bot.features.casino.settings import CasinoSettings
from bot.money import Currency, Payout, Stake
from bot.storage.database import Transaction


class Stakes:
    """What is held for rounds; the player's row is locked before any of it is called."""

    def __init__(self, ports: CasinoPorts) -> None:
        self._ports = ports

    async def refuse_loss(
        self,
        tx: Transaction,
        player: CasinoPlayer,
        chosen: CasinoSettings,
        *,
        currency: Currency,
        more: int,
    ) -> None:
        """A UserError where so much more is beyond what they may lose in a day."""
        now = self._ports.clock.now()
        limit = admission.loss_limit(player, chosen, now)
        if limit is None:
            return
        lost = await store.lost(
            tx, player.guild_id, player.user_id, currency_id=currency.id, since=now - DAY
        )
        admission.refuse_loss(limit, currency, lost=lost, more=more)

    async def take(self, tx: Transaction, player: CasinoPlayer, bet: Bet, amount: int) -> int:
        """Take it out of their wallet; the hold's id."""
        reference = f"{bet.game} {bet.number}"
        stake = Stake(player.guild_id, player.user_id, bet.currency_id, amount, "casino", reference)
        (hold_id,) = await self._ports.money.hold(tx, stake)
        return hold_id

    async def end(
        self,
        tx: Transaction,
        user_id: int,
        currency_id: int,
        hold_ids: Collection[int],
        payout: int,
    ) -> dict[str, Any]:
        """Pay that out of what is held; what stands in the row of a round that is over.

        Where something of it was given back before, all of it is.
        """
        payouts = [Payout(user_id, currency_id, payout)] if payout else []
        if await self._ports.money.settle(tx, hold_ids, payouts):
            return self._over(RoundState.SETTLED, payout)
        return await self._released(tx, hold_ids)

    async def give_back(self, tx: Transaction, seen: CasinoRound) -> CasinoRound:
        """The round, ended without a result because it cannot be played to its end."""
        return await self.changed(tx, seen, **await self._released(tx, seen.hold_ids))

    async def changed(self, tx: Transaction, seen: CasinoRound, **values: Any) -> CasinoRound:
        """The open round with these changes, which nobody else makes meanwhile."""
        after = await store.change_round(tx, self._ports.vault, seen, **values)
        if after is None:
            raise RuntimeError(f"round {seen.id} changed while its player was locked")
        return after

    async def _released(self, tx: Transaction, hold_ids: Collection[int]) -> dict[str, Any]:
        await self._ports.money.release(tx, hold_ids)
        return self._over(RoundState.REFUNDED, None)

    def _over(self, state: RoundState, payout: int | None) -> dict[str, Any]:
        ended_at = self._ports.clock.now()
        return {"state": state, "payout": payout, "ended_at": ended_at, "due_at": None}
