"""History of one guild's money, whose every step is all true afterwards or nothing of it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from hypothesis.stateful import RuleBasedStateMachine
from sqlalchemy import select

from bot.acts import Actor
from bot.errors import UserError
from bot.features.economy.tables import earner, hold
from bot.features.economy.transfers import Payee
from bot.money import Currency
from tests.integration.economy.books import WALLET, balanced
from tests.integration.economy.economy_env import EconomyEnv
from tests.support.cancel_at_await import interrupted
from tests.support.crash_at_await import dies
from tests.support.emitter_setup import add_endpoint

GUILDS = count(9_000_000)
TAX = 10  # percent
DAY = timedelta(days=1)
MULTIPLES = ((0, 10), (7, 12), (14, 15), (30, 20))

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, object]]


@dataclass(slots=True)
class Truth:
    """What people have, what is held for what, and when they took their daily, if all is well."""

    wallets: Counter[int] = field(default_factory=Counter[int])
    held: dict[str, dict[int, int]] = field(default_factory=dict[str, dict[int, int]])
    dailies: dict[int, tuple[datetime, int]] = field(
        default_factory=dict[int, tuple[datetime, int]]
    )

    def pay(self, payer: int, payee: int, amount: int) -> None:
        self.wallets[payer] -= amount
        self.wallets[payee] += amount - amount * TAX // 100

    def hold(self, reference: str, stakes: dict[int, int]) -> None:
        self.held[reference] = stakes
        self.wallets.subtract(stakes)

    def end(self, reference: str, paid: dict[int, int]) -> None:
        del self.held[reference]
        self.wallets.update(paid)

    def take_daily(self, user_id: int, now: datetime) -> None:
        at, streak = self.dailies.get(user_id, (None, 0))
        streak = streak + 1 if at is not None and now - at < 2 * DAY else 1
        self.dailies[user_id] = (now, streak)
        tenths = max(by for days, by in MULTIPLES if streak >= days)
        self.wallets[user_id] += 100 * tenths // 10

    def empty(self, user_id: int) -> None:
        self.wallets[user_id] = 0
        if user_id in self.dailies:
            self.dailies[user_id] = (self.dailies[user_id][0], 0)


class MoneyHistory(RuleBasedStateMachine):
    """One guild's history; whatever is done may be cut off at any await of it."""

    def __init__(self, env: EconomyEnv, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.env, self.loop, self.guild_id = env, loop, next(GUILDS)
        self.truth, self.gone, self.numbers = Truth(), set[int](), count(1)
        self.holds = dict[str, list[int]]()
        self.banker = self.actor(9)
        self.coins = self.wait(self.prepare())

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(60)

    def actor(self, user_id: int) -> Actor:
        return Actor(self.guild_id, user_id, f"person_{user_id}")

    async def prepare(self) -> Currency:
        await add_endpoint(self.env.emitter, "http://127.0.0.1:9/", guild_id=self.guild_id)
        choices = {"enabled": True, "transfer_tax": TAX, "resets_on_leave": True}
        for name, value in choices.items():
            await self.env.settings.change(self.banker, "economy", name, value)
        whose = [Payee(who, is_bot=False) for who in (1, 2, 3)]
        for one in whose:
            await self.env.economy.adjustments.adjust(self.banker, one, "give", "1000")
            self.truth.wallets[one.user_id] = 1000
        return await self.env.money.currency(self.guild_id)

    async def found(self) -> Truth:
        """What stands in the database, whose books are in balance."""
        accounts = await balanced(self.env.database, self.guild_id)
        found = Truth()
        for (kind, _, who), balance in accounts.items():
            if kind == WALLET:
                found.wallets[who] = balance
        async with self.env.database.reading() as reading:
            query = select(hold).where(hold.c.guild_id == self.guild_id, hold.c.state == "held")
            self.holds.clear()
            for row in await reading.execute(query.order_by(hold.c.id)):
                found.held.setdefault(row.reference, {})[row.user_id] = row.amount
                self.holds.setdefault(row.reference, []).append(row.id)
            query = select(earner).where(earner.c.guild_id == self.guild_id)
            for row in await reading.execute(query):
                if row.daily_at is not None:
                    found.dailies[row.user_id] = (row.daily_at - DAY, row.streak)
        return found

    def act(
        self, work: Work, then: Callable[[Truth], object], cut: int | None, *, may: bool = True
    ) -> None:
        """Do it: all of it is true afterwards or nothing, and nothing where it may not be."""
        after = deepcopy(self.truth)
        then(after)
        may = may and all(amount >= 0 for amount in after.wallets.values())
        self.truth = self.wait(self.acted(work, after, cut, may=may))

    async def acted(self, work: Work, after: Truth, cut: int | None, *, may: bool) -> Truth:
        was_cut, is_refused = False, False
        try:
            if cut is None:
                await work()
            elif self.env.database.is_sqlite:
                was_cut = await dies(work(), cut)
            else:
                was_cut = await interrupted(work(), cut, late=cut % 2 == 0)
        except UserError:
            is_refused = True
        if was_cut:
            self.env.renew()
        found = await self.found()
        if was_cut:
            assert found == self.truth or (may and found == after)
            return found
        assert is_refused is not may
        assert found == (after if may else self.truth)
        return found

    def teardown(self) -> None:
        """What was told adds up to what they have."""
        told = self.wait(self.env.told_in(self.guild_id))
        sums, last = Counter[int](), dict[int, int]()
        for data in told:
            sums[int(data["user_id"])] += data["delta"]
            last[int(data["user_id"])] = data["balance"]
        assert sums == self.truth.wallets
        assert Counter(last) == self.truth.wallets
