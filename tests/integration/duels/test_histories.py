"""Random histories of duels with crashes, bans and restarts: no stake is lost or paid twice."""

import os
from collections.abc import Sequence
from contextlib import suppress

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.errors import UserError
from bot.features.duels.model import Challenge, DuelState
from tests.integration.duels.duel_history import DuelHistory
from tests.integration.duels.duels_env import CHANNEL, DuelsEnv
from tests.integration.economy.bargain_history import random_histories
from tests.support.loops import turn

SOAK = os.environ.get("HERALD_SOAK") == "1"
EXAMPLES, STEPS = (200, 60) if SOAK else (6, 20)

PEOPLE = st.sampled_from((1, 2, 3))
STAKES = st.integers(1, 400)
WHICH = st.integers(0, 9)
HOW = st.none() | st.just("twice") | st.integers(1, 45)
"""Once, twice at once from two processes, or cut off at that await."""


class DuelMachine(DuelHistory):
    """What three people do, each thing once, at once from two processes, or cut off."""

    @rule(by=PEOPLE, to=PEOPLE, stake=STAKES, how=HOW)
    def challenges(self, by: int, to: int, stake: int, how: str | int | None) -> None:
        wanted = Challenge(CHANNEL, to, None, str(stake))
        self.act(lambda env: env.duels.challenges.challenge(self.actor(by), wanted), how)

    @rule(which=WHICH, by=st.none() | PEOPLE, how=HOW)
    def accepts(self, which: int, by: int | None, how: str | int | None) -> None:
        found = self.standing(DuelState.CHALLENGED) or self.standing()
        if found:
            one = found[which % len(found)]
            whose = self.actor(one.opponent.user_id if by is None else by)
            self.act(lambda env: env.duels.challenges.accept(whose, one.id), how)

    @rule(which=WHICH, by=PEOPLE, how=HOW)
    def calls_off(self, which: int, by: int, how: str | int | None) -> None:
        for one in self.standing()[which : which + 1]:
            self.act(lambda env, one=one: env.duels.challenges.end(self.actor(by), one.id), how)

    @rule(which=WHICH, side=st.sampled_from((0, 1)), move=WHICH, how=HOW)
    def chooses(self, which: int, side: int, move: int, how: str | int | None) -> None:
        fought = self.standing(DuelState.PLAYING)
        if fought:
            one = fought[which % len(fought)]
            self.choose(
                one.id, one.bout.number, one.people[side], one.bout.moves(side)[move % 2], how
            )

    @rule(which=WHICH, moves=st.lists(st.tuples(WHICH, WHICH), min_size=1, max_size=5), how=HOW)
    def fight(self, which: int, moves: Sequence[tuple[int, int]], how: str | int | None) -> None:
        """Some rounds on end, of a new duel where none is fought."""
        if not self.standing(DuelState.PLAYING):
            with suppress(UserError):
                self.wait(self.begin(1 + which % 3, 1 + (which + 1) % 3, 50, is_accepted=True))
        for pair in moves:
            fought = self.standing(DuelState.PLAYING)
            for side in (0, 1) if fought else ():
                one = fought[which % len(fought)]
                can = one.bout.moves(side)
                move = can[pair[side] % len(can)]
                self.choose(one.id, one.bout.number, one.people[side], move, how)

    @rule(gone=st.sets(PEOPLE, min_size=1, max_size=2), how=HOW)
    def leave_or_are_banned(self, gone: set[int], how: str | int | None) -> None:
        self.leave(gone, how)

    @rule(seconds=st.sampled_from((10, 30, 60, 120, 300)), how=HOW)
    def time_passes(self, seconds: int, how: str | int | None) -> None:
        self.loop.call_soon_threadsafe(self.env.clock.advance, float(seconds))
        self.wait(turn())
        self.act(lambda env: env.duels.sweep.sweep(), how)

    @rule(is_long=st.booleans())
    def restarts(self, is_long: bool) -> None:
        async def again(env: DuelsEnv) -> None:
            env.renew()
            await env.duels.sweep.look()

        if is_long:
            self.loop.call_soon_threadsafe(self.env.clock.advance, 3_600.0)
            self.wait(turn())
        self.act(again, None)

    def teardown(self) -> None:
        """Time ends whatever is left."""
        for _lease in range(2):
            self.time_passes(300, None)
        assert not self.standing()


@pytest.mark.thorough("whole histories; those of cases and of the books stay")
async def test_random_histories(env: DuelsEnv) -> None:
    await random_histories(DuelMachine, env, examples=EXAMPLES, steps=STEPS)
