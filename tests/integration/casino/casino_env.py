"""Casino with all its neighbours, joined as in the bot, on a real database."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import select

from bot.errors import UserError
from bot.features.casino import CASINO, store
from bot.features.casino.blackjack import HandResult, Move, play
from bot.features.casino.model import BLACKJACK, Bet, CasinoPlayer, CasinoRound, RoundState
from bot.features.casino.tables import casino_round
from bot.features.casino.verification import verified
from bot.seeds import SEED_BYTES, RoundSeeds
from bot.storage.vault import Vault, new_key
from tests.integration.economy.books import HOLD, HOUSE, WALLET, balanced
from tests.integration.economy.economy_env import ALICE, BANKER, EconomyEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.emitter_setup import GUILD

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)

Work = Coroutine[Any, Any, object]


def seed_of(number: int) -> bytes:
    """A seed as any other."""
    return number.to_bytes(SEED_BYTES, "big")


def first_hand(moves: str, *wanted: HandResult | None, user_id: int = ALICE) -> bytes:
    """A seed by which the first round of blackjack stands so after these moves."""
    for number in count():
        draw = RoundSeeds(seed_of(number), str(user_id), 1).stream().below
        try:
            if play(draw, moves).result in wanted:
                return seed_of(number)
        except ValueError:
            continue  # it was over before
    raise AssertionError


class CasinoEnv(EconomyEnv):
    """Short words for what tests do."""

    next_seed: bytes | None = None

    def renew(self) -> None:
        super().renew()
        casino = self.parts[CASINO]
        self.casino = casino.service
        drawn = count(1_000_000)
        casino.ports.new_seed = lambda: self._seeded(next(drawn))

    def _seeded(self, number: int) -> bytes:
        seed, self.next_seed = self.next_seed, None
        return seed or seed_of(number)

    async def open_casino(self, **choices: Any) -> None:
        """People may play, as often as they like, unless that is chosen otherwise."""
        for name, value in {"enabled": True, "cooldown_seconds": 0, **choices}.items():
            await self.settings.change(BANKER, "casino", name, value)

    def lose_key(self) -> None:
        """What was sealed until now, no key opens any more."""
        vault = Vault([new_key()])
        self.parts.core.vault = vault
        self.casino.ports.vault = vault

    async def player(self, user_id: int = ALICE) -> CasinoPlayer:
        return await self.casino.players.of(GUILD, user_id)

    async def bet(
        self, game: str, choice: str = "deal", stake: int = 100, user_id: int = ALICE
    ) -> Bet:
        """A bet on their next round."""
        number = (await self.player(user_id)).number
        return Bet(game, choice, self.coins.id, stake, number)

    async def played(
        self, game: str, choice: str = "deal", stake: int = 100, user_id: int = ALICE
    ) -> CasinoRound:
        """That bet, placed."""
        bet = await self.bet(game, choice, stake, user_id)
        one = await self.casino.rounds.play(GUILD, user_id, bet)
        assert one is not None
        return one

    async def dealt(
        self, moves: str = "", *wanted: HandResult | None, stake: int = 100
    ) -> CasinoRound:
        """Alice's first round, which stands so after these moves once they are made."""
        self.next_seed = first_hand(moves, *(wanted or (None,)))
        await self.grant(ALICE, 1000)
        return await self.played(BLACKJACK, stake=stake)

    async def moved(self, one: CasinoRound, move: Move, user_id: int = ALICE) -> CasinoRound:
        return await self.casino.hands.move(
            GUILD, user_id, one.number, at=len(one.moves), move=move
        )

    async def refused(self, work: Work) -> str:
        """What they are told; nothing of the money has changed."""
        before = await balanced(self.database), await self.changes()
        try:
            await work
        except UserError as error:
            assert (await balanced(self.database), await self.changes()) == before
            return str(error)
        raise AssertionError("it was not refused")

    async def rounds(self) -> list[CasinoRound]:
        async with self.database.reading() as reading:
            rows = await reading.execute(select(casino_round).order_by(casino_round.c.id))
            vault = self.parts.core.vault
            return [store.round_of(row, vault) for row in rows]

    async def sweep(self, after: timedelta = timedelta()) -> None:
        self.clock.advance(after.total_seconds())
        await self.casino.hands.sweep.sweep()

    async def agrees(self) -> list[CasinoRound]:
        """Every round, where books, holds and rounds tell the same: nothing lost or paid twice."""
        books = await balanced(self.database)
        rounds = await self.rounds()
        house, kept = 0, dict[tuple[int, int], int]()
        gained = dict[int, int]()
        for one in rounds:
            if one.state is RoundState.SETTLED:
                assert verified(one).agrees
                house -= one.gain
                gained[one.user_id] = gained.get(one.user_id, 0) + one.gain
            elif one.is_open:
                key = one.currency_id, one.user_id
                kept[key] = kept.get(key, 0) + one.staked
        assert books.get((HOUSE, self.coins.id, 0), 0) == house
        held = {key[1:]: balance for key, balance in books.items() if key[0] == HOLD and balance}
        assert held == kept
        granted = await self._granted()
        for user_id, amount in granted.items():
            wallet = books[WALLET, self.coins.id, user_id]
            staked = kept.get((self.coins.id, user_id), 0)
            assert wallet + staked == amount + gained.get(user_id, 0)
        return rounds

    async def _granted(self) -> dict[int, int]:
        granted = dict[int, int]()
        for user_id, delta, _balance, source, _operation in await self.changes():
            if source == "admin":
                granted[user_id] = granted.get(user_id, 0) + delta
        return granted

    async def was_cut(self, work: Work, point: int, how: str) -> bool:
        """Whether it was cut at that await: as by a death, where the driver stands it."""
        if how == "died" and self.database.is_sqlite:
            return await dies(work, point)
        return await interrupted(work, point, late=point % 2 == 0)


async def at_once(*works: Coroutine[Any, Any, CasinoRound | None]) -> list[CasinoRound | None]:
    """What comes of all of them, begun together."""
    return list(await asyncio.gather(*works))
