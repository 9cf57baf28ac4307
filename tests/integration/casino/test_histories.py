"""Histories of people who play, as hypothesis invents them: no coin is lost or paid twice."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.features.casino.blackjack import Move
from bot.features.casino.games import CHANCE_GAMES
from bot.features.casino.model import BLACKJACK, Bet, CasinoRound
from tests.integration.casino.casino_env import MINUTE, CasinoEnv, at_once
from tests.support.emitter_setup import GUILD

EXAMPLES = 300 if os.environ.get("HERALD_SOAK") == "1" else 10

AMOUNTS = st.sampled_from([*range(10, 130, 10), -5, 0, 1, 10**9, 10**18])
GAMES = st.sampled_from([*CHANCE_GAMES, BLACKJACK, BLACKJACK, BLACKJACK])
TURNS = st.sampled_from(["once", "once", "once", "twice", "twice", "late", "3", "9", "17", "25"])
PLAYS = st.tuples(st.just("play"), GAMES, AMOUNTS, st.integers(0, 200), TURNS)
MOVES = st.tuples(st.just("move"), st.sampled_from([*Move]), TURNS)
STEPS = st.one_of(
    *[PLAYS, PLAYS, PLAYS, MOVES, MOVES],
    st.tuples(st.just("wait"), st.integers(0, 400)),
    st.tuples(st.just("restart")),
    st.tuples(st.just("limit"), st.sampled_from([None, 250, 400])),
)

Press = Callable[[], Coroutine[Any, Any, CasinoRound | None]]


class History:
    """What one person does; each press is made once, twice at once, late, or cut at an await."""

    def __init__(self, env: CasinoEnv, user_id: int) -> None:
        self.env, self.user_id = env, user_id

    async def play(self, game: str, amount: int, choice: int, turn: str) -> None:
        choices = CHANCE_GAMES[game].choices if game in CHANCE_GAMES else ("deal",)
        number = (await self.env.player(self.user_id)).number - (turn == "late")
        bet = Bet(game, choices[choice % len(choices)], self.env.coins.id, amount, number)
        await self._pressed(lambda: self.env.casino.rounds.play(GUILD, self.user_id, bet), turn)

    async def move(self, move: Move, turn: str) -> None:
        """Of the hand that stands, or else of the last round."""
        one = await self.env.casino.rounds.standing(GUILD, self.user_id) or await self._last()
        if one is None:
            return
        at, hands = len(one.moves) - (turn == "late"), self.env.casino.hands
        await self._pressed(
            lambda: hands.move(GUILD, self.user_id, one.number, at=at, move=move), turn
        )

    async def wait(self, seconds: int) -> None:
        await self.env.sweep(timedelta(seconds=seconds))

    async def restart(self) -> None:
        self.env.renew()
        await self.env.casino.hands.sweep.look()

    async def limit(self, coins: int | None) -> None:
        await self.env.casino.players.choose_limit(GUILD, self.user_id, coins)

    async def _pressed(self, press: Press, turn: str) -> None:
        if turn == "twice":
            await at_once(press(), press())
        elif turn.isdecimal():
            await self.env.was_cut(press(), int(turn), "cancelled")
        else:
            await press()

    async def _last(self) -> CasinoRound | None:
        theirs = [one for one in await self.env.rounds() if one.user_id == self.user_id]
        return theirs[-1] if theirs else None


async def life(env: CasinoEnv, user_id: int, steps: Sequence[Sequence[Any]]) -> None:
    """Everything that one person does; a refusal is an answer."""
    history = History(env, user_id)
    await env.grant(user_id, 500)
    for name, *values in steps:
        step: Callable[..., Awaitable[None]] = getattr(history, name)
        with suppress(UserError):
            await step(*values)
    await env.sweep(6 * MINUTE)
    await env.sweep(2 * MINUTE)
    assert not any(one.is_open for one in await env.agrees())


@pytest.mark.soak
@pytest.mark.thorough("whole histories; those of cases and of the books stay")
async def test_whatever_people_do_the_books_and_the_rounds_agree(env: CasinoEnv) -> None:
    loop, people = asyncio.get_running_loop(), count(10_000)

    @settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(st.lists(STEPS, min_size=15, max_size=40))
    def lived(steps: Sequence[Sequence[Any]]) -> None:
        asyncio.run_coroutine_threadsafe(life(env, next(people), steps), loop).result()

    await asyncio.to_thread(lived)
    assert len(await env.rounds()) > EXAMPLES
