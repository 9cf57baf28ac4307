"""Endings of duels: won, drawn or given up, each once, with the money and the ratings."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.catalogue.duels import DuelFinished
from bot.features.duels import duelist_store, store
from bot.features.duels.game import Bout
from bot.features.duels.messages import BOUT, CARD
from bot.features.duels.model import Duel, Duelist, DuelState
from bot.features.duels.ports import DuelsPorts
from bot.features.duels.ratings import gain
from bot.money import Payout
from bot.storage.database import Transaction

SCORES = {0: 1.0, 1: 0.0, None: 0.5}
"""The challenger's score by the side that won."""


class DuelEndings:
    """What a duel ends with is done in the caller's `tx`, in which its row is locked."""

    def __init__(self, ports: DuelsPorts) -> None:
        self._ports = ports

    async def won(
        self, tx: Transaction, seen: Duel, side: int, *, state: DuelState, bout: Bout
    ) -> Duel:
        """That side has won: the stakes are theirs, but for what the other gets back."""
        winner_id, loser_id = seen.people[side], seen.people[1 - side]
        change = await self._counted(tx, seen, side)
        payouts = [Payout(winner_id, seen.currency_id, seen.won)]
        back = 2 * seen.stake - seen.won
        if back:
            payouts.append(Payout(loser_id, seen.currency_id, back, is_refund=True))
        if not await self._ports.funds.settle(tx, seen.hold_ids, payouts):
            raise RuntimeError(f"what duel {seen.id} holds has ended")
        values = {"winner_id": winner_id, "rating_change": change, "bout": bout.code}
        done = await self._changed(tx, seen, state, values)
        await self._ports.outbox.emit(tx, _finished(done, winner_id, loser_id))
        return done

    async def drawn(self, tx: Transaction, seen: Duel, *, state: DuelState, bout: Bout) -> Duel:
        """Nobody has won: both stakes go back. Where both were silent no rating moves."""
        change = await self._counted(tx, seen, None) if state is DuelState.DRAWN else None
        await self._ports.funds.release(tx, seen.hold_ids)
        values = {"rating_change": change, "bout": bout.code}
        return await self._changed(tx, seen, state, values)

    async def given_up(
        self, tx: Transaction, seen: Duel, state: DuelState, by_id: int | None = None
    ) -> Duel:
        """End it without a result, and give back what is held."""
        done = await self._changed(tx, seen, state, {"ended_by_id": by_id})
        await self._ports.funds.release(tx, seen.hold_ids)
        return done

    async def on_gone(
        self, tx: Transaction, guild_id: int, user_ids: Collection[int]
    ) -> Sequence[int]:
        """Some left or were banned, and with them their duels end; the holds that are to go back.

        Whoever calls gives them back, with those of other bargains: wallets are locked once.
        """
        theirs = await store.standing_of(tx, guild_id, user_ids)
        for seen in theirs:
            by_id = next(one for one in seen.people if one in user_ids)
            await self._changed(tx, seen, DuelState.LEFT, {"ended_by_id": by_id})
        return [hold_id for one in theirs for hold_id in one.hold_ids]

    async def _changed(
        self, tx: Transaction, seen: Duel, state: DuelState, values: Mapping[str, Any]
    ) -> Duel:
        """The duel as it has ended; its seed is there for all to see."""
        now = self._ports.clock.now()
        seed = self._ports.seed_of(seen)
        done = await store.change(
            tx,
            seen,
            state=state.value,
            dice=None,
            challenger_move=None,
            opponent_move=None,
            seed=None if seed is None else seed.hex(),
            sealed_seed=None,
            ended_at=now,
            forget_at=now + await self._keeps(seen.guild_id),
            **values,
        )
        for kind in (CARD, BOUT):
            await self._ports.posts.redraw(tx, kind, seen.id)
        return done

    async def _counted(self, tx: Transaction, seen: Duel, side: int | None) -> int | None:
        """Count a result; what the challenger's rating gained, None where it is not rated."""
        found = await duelist_store.locked(tx, seen.guild_id, seen.people)
        mine, theirs = (found[one] for one in seen.people)
        change = gain(mine.rating, theirs.rating, SCORES[side]) if seen.is_rated else None
        for index, (one, moved) in enumerate(((mine, change), (theirs, _negative(change)))):
            result = "draws" if side is None else "wins" if side == index else "losses"
            await duelist_store.change(tx, one, **_after(one, result, moved))
        return change

    async def _keeps(self, guild_id: int) -> timedelta:
        return timedelta(days=(await self._ports.chosen(guild_id)).keep_days)


def _negative(change: int | None) -> int | None:
    return None if change is None else -change


def _after(seen: Duelist, result: str, change: int | None) -> dict[str, int]:
    """What stands in their row after a result."""
    values = {result: getattr(seen, result) + 1}
    if change is not None:
        values |= {"rating": seen.rating + change, "rated": seen.rated + 1}
    return values


def _finished(duel: Duel, winner_id: int, loser_id: int) -> DuelFinished:
    return DuelFinished(
        guild_id=duel.guild_id,
        duel_id=duel.id,
        winner_id=winner_id,
        loser_id=loser_id,
        stake=duel.stake,
        currency_id=duel.currency_id,
        finished_at=duel.ended_at or duel.created_at,
        decimals=duel.decimals,
    )
