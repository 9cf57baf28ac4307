"""Random histories of trades with crashes, bans and restarts: nobody pays twice, or for nothing."""

import os
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from bot.features.trades.model import Offer, Trade, TradeState
from bot.features.trades.transitions import Proposal
from tests.integration.economy.bargain_history import at_once, random_histories
from tests.integration.trades.trade_history import TradeHistory
from tests.integration.trades.trades_env import CHANNEL, HOUR, TradesEnv
from tests.support.loops import turn

SOAK = os.environ.get("HERALD_SOAK") == "1"
EXAMPLES, STEPS = (int(os.environ.get("N", "200")), 60) if SOAK else (5, 20)

PEOPLE = st.sampled_from((1, 2, 3))
WHOEVER = st.none() | st.none() | PEOPLE
AMOUNTS = st.integers(1, 400)
GIVES = st.one_of(AMOUNTS, AMOUNTS, st.sampled_from(("an oar", "a net")))
WHICH = st.integers(0, 9)
HOW = st.none() | st.just("twice") | st.integers(1, 45)
"""Once, twice at once in two processes, or cut off at that await."""
MEETING = st.sampled_from(("changes", "ends", "leaves", "sweeps"))


class TradeMachine(TradeHistory):
    """What three people do, each thing once, at once in two processes, or cut off."""

    def offer(self, gives: int | str) -> Offer:
        return Offer(good=gives) if isinstance(gives, str) else self.money_of(gives)

    @rule(by=PEOPLE, to=st.sampled_from((0, 1, 1, 2, 2)), gives=GIVES, gets=GIVES, how=HOW)
    def proposes(
        self, by: int, to: int, gives: int | str, gets: int | str, how: str | int | None
    ) -> None:
        wanted = Proposal(CHANNEL, (by + to - 1) % 3 + 1, self.offer(gives), self.offer(gets))

        def propose(env: TradesEnv) -> Coroutine[Any, Any, Trade]:
            return env.transitions.propose(self.actor(by), wanted)

        if how == "twice":  # so many may stand as one process counts
            self.act(lambda env: at_once(propose(env), propose(env)), None)
        else:
            self.act(propose, how)

    @rule(which=WHICH, by=PEOPLE, gives=st.none() | GIVES, gets=st.none() | GIVES, how=HOW)
    def changes(
        self,
        which: int,
        by: int,
        gives: int | str | None,
        gets: int | str | None,
        how: str | int | None,
    ) -> None:
        mine, theirs = (None if one is None else self.offer(one) for one in (gives, gets))
        for one in self.standing()[which : which + 1]:
            self.act(
                lambda env, one=one: env.transitions.change(
                    self.actor(by), one.id, gives=mine, gets=theirs
                ),
                how,
            )

    @rule(
        which=WHICH, by=st.none() | st.none() | PEOPLE, late=st.sampled_from((0, 0, 0, 1)), how=HOW
    )
    def confirms(self, which: int, by: int | None, late: int, how: str | int | None) -> None:
        """Whoever is still to, or anybody; of what they saw last, or of what that was before."""
        found = self.standing()
        if found:
            one = found[which % len(found)]
            waits = next((side.user_id for side in one.sides if not side.is_confirmed), 1)
            who, version = waits if by is None else by, one.version - late
            self.agreed_to.add(((one.id, version), who))
            self.act(lambda env: env.transitions.confirm(self.actor(who), one.id, version), how)

    @rule(which=WHICH, by=PEOPLE, how=HOW)
    def ends(self, which: int, by: int, how: str | int | None) -> None:
        for one in self.standing()[which : which + 1]:
            self.act(lambda env, one=one: env.transitions.end(self.actor(by), one.id), how)

    @rule(which=WHICH, side=st.sampled_from((0, 1)), gives=AMOUNTS, how=MEETING)
    def meet(self, which: int, side: int, gives: int, how: str) -> None:
        """The one confirms while something else is done."""
        found = self.standing()
        if not found:
            return
        one = found[which % len(found)]
        other, by = one.sides[side].user_id, self.actor(one.sides[1 - side].user_id)
        self.agreed_to.add(((one.id, one.version), other))

        async def meeting(env: TradesEnv) -> None:
            meanwhile = {
                "changes": lambda: env.transitions.change(
                    by, one.id, gives=self.money_of(gives), gets=None
                ),
                "ends": lambda: env.transitions.end(by, one.id),
                "leaves": lambda: env.leave(by.user_id, other, guild_id=self.guild_id),
                "sweeps": env.trades.sweep.sweep,
            }
            confirmed = env.transitions.confirm(self.actor(other), one.id, one.version)
            if how == "sweeps":
                env.clock.advance(24 * HOUR)
            await at_once(confirmed, meanwhile[how]())

        self.act(meeting, None)

    @rule(gone=st.sets(PEOPLE, min_size=1, max_size=3), how=HOW)
    def leave_or_are_banned(self, gone: set[int], how: str | int | None) -> None:
        self.leave(gone, how)

    @rule(hours=st.sampled_from((1, 12, 25)), how=HOW)
    def time_passes(self, hours: int, how: str | int | None) -> None:
        self.loop.call_soon_threadsafe(self.env.clock.advance, hours * HOUR)
        self.wait(turn())
        self.act(lambda env: env.trades.sweep.sweep(), how)

    @rule()
    def restarts(self) -> None:
        self.act(renewed, None)

    def teardown(self) -> None:
        """Time ends whatever is left."""
        for _lease in range(2):
            self.time_passes(25, None)
        assert not self.standing()
        self.ended.update(one.state for one in self.wait(self.all()))


async def renewed(env: TradesEnv) -> None:
    env.renew()


@pytest.mark.thorough("whole histories; those of cases and of the books stay")
async def test_random_histories(env: TradesEnv) -> None:
    TradeMachine.ended.clear()
    examples = EXAMPLES if env.database.is_sqlite or SOAK else 2
    await random_histories(TradeMachine, env, examples=examples, steps=STEPS)
    if SOAK:
        assert {*TradeState} - {TradeState.OPEN, TradeState.AGREED} == set(TradeMachine.ended)
