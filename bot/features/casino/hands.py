"""Hands of blackjack: rounds that go on by moves, and end by themselves when nobody moves.

Whoever leaves a hand alone stands, by the same rules as with the button: a stake that came back
would let people walk away from every bad hand.
"""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from bot.acts import is_deaf
from bot.errors import NotFound, UserError
from bot.features.casino import store
from bot.features.casino.admission import refuse_paused
from bot.features.casino.blackjack import Move
from bot.features.casino.model import TURN, CasinoRound, DueRound, RoundState
from bot.features.casino.pay_table import paid
from bot.features.casino.ports import CasinoPorts
from bot.features.casino.stakes import Stakes
from bot.money import Currency
from bot.storage.database import Transaction
from bot.storage.sweep import DueRows, Sweep
from bot.texts import _

SEALED_TOGETHER = 200  # seeds in one transaction


class Hands:
    """Moves of people, and the sweep that stands for those who make none."""

    def __init__(self, ports: CasinoPorts) -> None:
        self._ports = ports
        self._stakes = Stakes(ports)
        self.sweep = Sweep(
            "casino",
            ports.database,
            clock=ports.clock,
            first=self._seal,
            ready=lambda: ports.acts.is_connected,
        )
        self.sweep.when_ready(self._postpone, lambda: ports.acts.sessions)
        self.sweep.rows(DueRows("due", store.table, store.due, store.due_round_of, self.stand))

    async def move(
        self, guild_id: int, user_id: int, number: int, *, at: int, move: Move
    ) -> CasinoRound:
        """Their round of that number after the move, which is made where `at` moves were before.

        Pressed twice, or late, it shows how the round stands.
        """
        chosen = await self._ports.chosen(guild_id)
        currency = await self._currency(guild_id, user_id, number)
        async with self._ports.database.transaction() as tx:
            player = await store.player_of(tx, self._ports.vault, guild_id, user_id, locks=True)
            seen = await store.numbered(tx, self._ports.vault, guild_id, user_id, number)
            if player is None or seen is None:
                raise _too_old()
            if not seen.is_open or len(seen.moves) != at:
                return seen
            if not seen.can_go_on:
                return await self._stakes.give_back(tx, seen)
            if move not in seen.table().allowed:
                raise UserError(_("That move cannot be made with this hand."))
            values = dict[str, Any]()
            if move is Move.DOUBLE:
                refuse_paused(player, self._ports.clock.now())
                stake = seen.stake
                await self._stakes.refuse_loss(tx, player, chosen, currency=currency, more=stake)
                hold_id = await self._stakes.take(tx, player, seen.bet, stake)
                values = {"double_hold_id": hold_id, "staked": seen.staked + stake}
            return await self._made(tx, replace(seen, **values), move, **values)

    async def _currency(self, guild_id: int, user_id: int, number: int) -> Currency:
        """The currency of their round of that number."""
        async with self._ports.database.reading() as reading:
            seen = await store.numbered(reading, self._ports.vault, guild_id, user_id, number)
        if seen is None:
            raise _too_old()
        return await self._ports.money.currency(guild_id, seen.currency_id)

    async def _made(
        self, tx: Transaction, seen: CasinoRound, move: Move, **values: Any
    ) -> CasinoRound:
        """The round after the move; `values` are in `seen`, and are to be written."""
        table = seen.table(move)
        if table.result is None:
            values |= {"state": RoundState.OPEN, "due_at": self._ports.clock.now() + TURN}
        else:
            payout = paid(seen.staked, table.factor)
            ended = self._stakes.end(tx, seen.user_id, seen.currency_id, seen.hold_ids, payout)
            values |= await ended
        return await self._stakes.changed(tx, seen, moves=table.moves, **values)

    async def stand(self, due: DueRound) -> None:
        """Nobody moved for long: the round ends as it stands, where they could have moved."""
        if is_deaf(self._ports.acts, due.guild_id):
            return
        async with self._ports.database.transaction() as tx:
            vault = self._ports.vault
            player = await store.player_of(tx, vault, due.guild_id, due.user_id, locks=True)
            seen = await store.by_id(tx, vault, due.id)
            if player is None or seen is None or not _is_due(seen, due):
                return
            if not seen.can_go_on:
                await self._stakes.give_back(tx, seen)
                return
            await self._made(tx, seen, Move.STAND)

    async def on_gone(self, tx: Transaction, guild_id: int, user_ids: Collection[int]) -> None:
        """A reaction: whoever left or was banned stands at once, by the sweep.

        Nobody's accounts are locked in the transaction of those who go together.
        """
        if await store.end_turns(tx, guild_id, user_ids, self._ports.clock.now()):
            tx.on_commit(self.sweep.wake)

    async def _postpone(self) -> None:
        """Whoever could not move while the bot was not connected has their time anew."""
        async with self._ports.database.transaction() as tx:
            await store.postpone(tx, self._ports.clock.now() + TURN)

    async def _seal(self) -> None:
        """Seeds that an earlier version left unsealed are sealed."""
        left = SEALED_TOGETHER
        while left:
            async with self._ports.database.transaction() as tx:
                left = await store.seal_left(tx, self._ports.vault, SEALED_TOGETHER)


def _too_old() -> NotFound:
    return NotFound(_("That round is too old to be shown."))


def _is_due(seen: CasinoRound, leased: DueRound) -> bool:
    """Whether it is as it was when it was due: nobody has moved since, and it is open."""
    return seen.is_open and seen.due_at == leased.due_at
