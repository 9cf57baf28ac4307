"""Rounds: a stake is held, a draw decides, and it is settled: one transaction, once a number.

| Step | If the process ends after it |
|---|---|
| a table is shown, with the hash of the next round's seed | nothing is staked; it is shown again |
| one transaction: stake held, number taken, settled | it is played; a second press finds it so |
| the same of blackjack, which is not over | an open round; the next process gives five minutes |
| a move: one transaction | it has gone on, or is over; a second press finds it so |
| five minutes without a move | the sweep stands for its player |
"""

from dataclasses import dataclass
from typing import Any

from bot.features.casino import admission, store
from bot.features.casino.model import (
    BLACKJACK,
    RULES,
    TURN,
    Bet,
    CasinoPlayer,
    CasinoRound,
    RoundState,
    first_factor,
)
from bot.features.casino.pay_table import paid
from bot.features.casino.players import Players
from bot.features.casino.ports import CasinoPorts
from bot.features.casino.settings import CasinoSettings
from bot.features.casino.stakes import Stakes
from bot.money import Currency
from bot.storage.database import Transaction


@dataclass(frozen=True, slots=True)
class CasinoTable:
    """Table that somebody stands at: what they may stake, and what their next round is."""

    game: str
    currency: Currency
    stake: int
    balance: int
    player: CasinoPlayer


class Rounds:
    """Rounds from their beginning; those of one draw are over at once."""

    def __init__(self, ports: CasinoPorts, players: Players) -> None:
        self._ports = ports
        self._players = players
        self._stakes = Stakes(ports)

    async def table(self, guild_id: int, user_id: int, bet: Bet) -> CasinoTable:
        """A table for such a bet; a UserError where they cannot play it now."""
        currency, _chosen = await self._bounds(guild_id, bet)
        player = await self._players.of(guild_id, user_id)
        admission.refuse_paused(player, self._ports.clock.now())
        return await self._seen(player, bet, currency)

    async def next_table(self, one: CasinoRound) -> CasinoTable:
        """The table after that round, whether they could play on or not."""
        currency = await self._ports.currency_of(one)
        player = await self._players.of(one.guild_id, one.user_id)
        return await self._seen(player, one.bet, currency)

    async def play(self, guild_id: int, user_id: int, bet: Bet) -> CasinoRound | None:
        """The round of that number, which is played now unless it has been.

        None where the number is not that of a next round, nor of one of this game and stake, and
        where the next round's seed is lost.
        """
        ports = self._ports
        currency, chosen = await self._bounds(guild_id, bet)
        async with ports.database.transaction() as tx:
            player = await store.player_of(tx, ports.vault, guild_id, user_id, locks=True)
            if player is None:
                return None
            if player.number != bet.number:
                played = await store.numbered(tx, ports.vault, guild_id, user_id, bet.number)
                return played if played is not None and played.is_of(bet) else None
            if bet.game == BLACKJACK:
                standing = await self._standing(tx, guild_id, user_id)
                if standing is not None:
                    return standing
            if player.seed is None:
                return None
            admission.refuse_player(player, chosen, ports.clock.now())
            await self._stakes.refuse_loss(tx, player, chosen, currency=currency, more=bet.stake)
            return await self._begin(tx, player, bet, currency)

    async def standing(self, guild_id: int, user_id: int) -> CasinoRound | None:
        """The round that they are in the middle of; over where it cannot be gone on with."""
        vault = self._ports.vault
        async with self._ports.database.reading() as reading:
            seen = await store.open_round(reading, vault, guild_id, user_id)
        if seen is None or seen.can_go_on:
            return seen
        async with self._ports.database.transaction() as tx:
            await store.player_of(tx, vault, guild_id, user_id, locks=True)
            return await self._standing(tx, guild_id, user_id)

    async def _standing(self, tx: Transaction, guild_id: int, user_id: int) -> CasinoRound | None:
        """The same for a player who is locked."""
        seen = await store.open_round(tx, self._ports.vault, guild_id, user_id)
        if seen is None or seen.can_go_on:
            return seen
        return await self._stakes.give_back(tx, seen)

    async def _bounds(self, guild_id: int, bet: Bet) -> tuple[Currency, CasinoSettings]:
        """What such a bet is placed in, and by which choices; a UserError where none can be."""
        await self._ports.money.require(guild_id)
        chosen = await self._ports.chosen(guild_id)
        admission.refuse_game(chosen, bet.game)
        currency = await self._ports.money.currency(guild_id, bet.currency_id)
        admission.refuse_stake(chosen, currency, bet.stake)
        return currency, chosen

    async def _seen(self, player: CasinoPlayer, bet: Bet, currency: Currency) -> CasinoTable:
        async with self._ports.database.reading() as reading:
            balance = await self._ports.money.balance(
                reading, player.guild_id, player.user_id, currency.id
            )
        return CasinoTable(bet.game, currency, bet.stake, balance, player)

    async def _begin(
        self, tx: Transaction, player: CasinoPlayer, bet: Bet, currency: Currency
    ) -> CasinoRound:
        """Play it for a player who is locked and may."""
        now = self._ports.clock.now()
        hold_id = await self._stakes.take(tx, player, bet, bet.stake)
        factor = first_factor(bet, player.seeds)
        values: dict[str, Any] = {"state": RoundState.OPEN, "due_at": now + TURN}
        if factor is not None:
            payout = paid(bet.stake, factor)
            values = await self._stakes.end(tx, player.user_id, currency.id, (hold_id,), payout)
        one = await store.add_round(
            tx,
            self._ports.vault,
            guild_id=player.guild_id,
            user_id=player.user_id,
            number=player.number,
            rules=RULES,
            game=bet.game,
            choice=bet.choice,
            currency_id=currency.id,
            decimals=currency.decimals,
            stake=bet.stake,
            staked=bet.stake,
            seed=player.seeds.seed,
            own_seed=player.own_seed,
            moves="",
            hold_id=hold_id,
            started_at=now,
            **values,
        )
        seed = self._ports.new_seed()
        await store.begin_next(tx, self._ports.vault, player, seed, played_at=now)
        return one
