"""Random histories of money with crashes, bans and restarts: it sums to zero and nothing is lost.

Hypothesis makes them, and makes one that fails as short as it can be.
"""

import asyncio
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from bot.features.economy.adjustments import Way
from bot.features.economy.transfers import Payee
from bot.money import Payout, Purpose, Stake
from tests.integration.economy.economy_env import EconomyEnv
from tests.integration.economy.money_history import DAY, MoneyHistory, Truth
from tests.support.loops import turn

SOAK = os.environ.get("HERALD_SOAK") == "1"
EXAMPLES, STEPS = (200, 60) if SOAK else (8, 30)

PEOPLE = st.sampled_from((1, 2, 3))
AMOUNTS = st.integers(1, 400)
CUTS = st.none() | st.none() | st.integers(1, 45)


class MoneyMachine(MoneyHistory):
    """What people and their staff do, each perhaps cut off at any await of it."""

    @rule(user_id=PEOPLE, amount=AMOUNTS, way=st.sampled_from(("give", "give", "take")), cut=CUTS)
    def adjusts(self, user_id: int, amount: int, way: Way, cut: int | None) -> None:
        def then(truth: Truth) -> None:
            truth.wallets[user_id] += amount if way == "give" else -amount

        whose = Payee(user_id, is_bot=False)
        self.act(
            lambda: self.env.economy.adjustments.adjust(self.banker, whose, way, str(amount)),
            then,
            cut,
        )

    @rule(payer=PEOPLE, payee=PEOPLE, amount=AMOUNTS, cut=CUTS)
    def pays(self, payer: int, payee: int, amount: int, cut: int | None) -> None:
        to = Payee(payee, is_bot=False)
        self.act(
            lambda: self.env.economy.transfers.pay(self.actor(payer), to, str(amount)),
            lambda truth: truth.pay(payer, payee, amount),
            cut,
            may=payer != payee,
        )

    @rule(user_id=PEOPLE, cut=CUTS)
    def takes_the_daily(self, user_id: int, cut: int | None) -> None:
        now = self.env.clock.now()
        at, _streak = self.truth.dailies.get(user_id, (None, 0))
        self.act(
            lambda: self.env.economy.dailies.take(self.actor(user_id)),
            lambda truth: truth.take_daily(user_id, now),
            cut,
            may=at is None or now - at >= DAY,
        )

    @rule(
        purpose=st.sampled_from(("casino", "trade", "duel")),
        amounts=st.tuples(AMOUNTS, AMOUNTS),
        user_id=PEOPLE,
        cut=CUTS,
    )
    def stakes(
        self, purpose: Purpose, amounts: tuple[int, int], user_id: int, cut: int | None
    ) -> None:
        people = (user_id, user_id % 3 + 1)[: 1 if purpose == "casino" else 2]
        stakes, reference = (
            dict(zip(people, amounts, strict=False)),
            f"{purpose} {next(self.numbers)}",
        )

        async def work() -> None:
            async with self.env.database.transaction() as tx:
                await self.env.money.hold(
                    tx,
                    *(
                        Stake(self.guild_id, who, self.coins.id, amount, purpose, reference)
                        for who, amount in stakes.items()
                    ),
                )

        self.act(work, lambda truth: truth.hold(reference, dict(stakes)), cut)

    # No precondition: what a cut left behind differs from run to run, what is drawn must not.
    @rule(which=st.integers(0, 9), won=AMOUNTS, cut=CUTS)
    def is_settled(self, which: int, won: int, cut: int | None) -> None:
        if not self.truth.held:
            return
        reference = sorted(self.truth.held)[which % len(self.truth.held)]
        stakes, ids = self.truth.held[reference], list(self.holds[reference])
        paid = {won % 3 + 1: sum(stakes.values())}
        if reference.startswith("casino"):
            paid = dict.fromkeys(stakes, won)
        payouts = [Payout(who, self.coins.id, amount) for who, amount in paid.items()]
        if reference.startswith("duel"):
            payouts = self.shared(stakes, won)
            paid = {one.user_id: one.amount for one in payouts}

        async def work() -> None:
            async with self.env.database.transaction() as tx:
                assert await self.env.money.settle(tx, ids, payouts)
            async with self.env.database.transaction() as tx:
                assert not await self.env.money.settle(tx, ids, payouts)
                assert not await self.env.money.release(tx, ids)

        self.act(work, lambda truth: truth.end(reference, paid), cut)

    def shared(self, stakes: dict[int, int], won: int) -> list[Payout]:
        """One of the two has won, and the other gets a part of their stake back."""
        winner, loser = sorted(stakes, reverse=won % 2 == 0)
        back = min(won, stakes[loser])
        amount = sum(stakes.values()) - back
        return [
            Payout(winner, self.coins.id, amount),
            Payout(loser, self.coins.id, back, is_refund=True),
        ]

    @rule(user_id=PEOPLE, cut=CUTS)
    def leaves_or_is_banned(self, user_id: int, cut: int | None) -> None:
        """Bargains that they have a part in are given back; a game goes on, and is paid later."""
        theirs = [
            one
            for one, stakes in self.truth.held.items()
            if user_id in stakes and not one.startswith("casino")
        ]
        ids = [hold_id for one in theirs for hold_id in self.holds[one]]

        async def work() -> None:
            async with self.env.database.transaction() as tx:
                assert await self.env.money.release(tx, ids) == len(ids)
                await self.env.economy.adjustments.on_gone(tx, self.guild_id, [user_id])

        def then(truth: Truth) -> None:
            for one in theirs:
                truth.end(one, truth.held[one])

        self.gone.add(user_id)  # were it cut off, they would be found gone again
        self.act(work, then, cut)

    @rule()
    def sweeps(self) -> None:
        async def work() -> None:
            async with self.env.database.transaction() as tx:
                for one in self.gone:
                    await self.env.economy.adjustments.on_gone(tx, self.guild_id, [one])
            self.env.clock.advance(61)
            await self.env.economy.adjustments.sweep.sweep()

        def then(truth: Truth) -> None:
            for one in self.gone - waits:
                truth.empty(one)

        waits = {one for stakes in self.truth.held.values() for one in stakes} & self.gone
        self.act(work, then, None)
        self.gone = waits

    @rule(hours=st.sampled_from((1, 23, 24, 47, 48)))
    def time_passes(self, hours: int) -> None:
        self.loop.call_soon_threadsafe(self.env.clock.advance, hours * 3600.0)
        self.wait(turn())

    @rule()
    def restarts(self) -> None:
        self.loop.call_soon_threadsafe(self.env.renew)
        self.wait(turn())


@pytest.mark.thorough("one engine in the inner loop", but="sqlite")
async def test_random_histories(env: EconomyEnv) -> None:
    loop = asyncio.get_running_loop()
    profile = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much),
    )
    machine: Any = lambda: MoneyMachine(env, loop)  # noqa: E731  what it is declared to take is a class
    await asyncio.to_thread(run_state_machine_as_test, machine, settings=profile)
