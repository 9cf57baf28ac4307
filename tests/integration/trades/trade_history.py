"""History of one guild's trades: after each step all that people have follows from them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import ClassVar

from sqlalchemy import select

from bot.features.economy.tables import hold
from bot.features.trades import store
from bot.features.trades.model import STANDING, Offer, Trade, TradeSide, TradeState
from bot.features.trades.transitions import Proposal
from tests.integration.economy.bargain_history import GIVEN, BargainHistory
from tests.integration.economy.books import WALLET, balanced
from tests.integration.trades.trades_env import CHANNEL, TradesEnv

OPEN_LIMIT = 4
MOST = 1_150

Shown = tuple[int, int]
"""Trade and the version of it that people are shown."""


class TradeHistory(BargainHistory[TradesEnv]):
    """Three people, two trades that are open and one that is completed.

    It knows what they were shown of each, and what each has pressed.
    """

    feature = "trades"
    choices: ClassVar[dict[str, int]] = {"open_limit": OPEN_LIMIT}
    ended: ClassVar = Counter[TradeState]()

    async def prepare(self) -> None:
        await super().prepare()
        self.seen = dict[Shown, tuple[Offer, Offer]]()
        self.agreed_to = set[tuple[Shown, int]]()
        await self.env.settings.change(self.actor(9), "economy", "max_balance", MOST)
        self.coins = await self.env.money.currency(self.guild_id)
        for by, to in ((1, 2), (2, 3), (3, 1)):
            wanted = Proposal(CHANNEL, to, self.money_of(40), self.money_of(25))
            made = await self.env.transitions.propose(self.actor(by), wanted)
        self.agreed_to.add(((made.id, 1), 1))
        await self.env.transitions.confirm(self.actor(1), made.id, 1)
        await self.agreed()

    def money_of(self, amount: int) -> Offer:
        return Offer(currency_id=self.coins.id, amount=amount)

    async def all(self) -> Sequence[Trade]:
        """Every trade there was, oldest first."""
        query = select(store.table).where(store.table.c.guild_id == self.guild_id)
        async with self.env.database.reading() as reading:
            rows = await reading.execute(query.order_by(store.table.c.id))
            return [store.trade_of(row) for row in rows]

    def standing(self) -> Sequence[Trade]:
        return [one for one in self.wait(self.all()) if one.state in STANDING]

    async def agreed(self) -> None:
        trades = await self.all()
        accounts = await balanced(self.env.database, self.guild_id)
        wallets = {who: sum_ for (kind, _, who), sum_ in accounts.items() if kind == WALLET}
        assert wallets == {
            who: GIVEN[who] + sum(moved(one, who) for one in trades) for who in GIVEN
        }
        proposers = Counter(one.creator.user_id for one in trades if one.state in STANDING)
        assert max(proposers.values(), default=0) <= OPEN_LIMIT
        for one in trades:
            self.as_they_saw_it(one)
        await self.held_for(trades)
        told = await self.env.told_in(self.guild_id, "trade.completed")
        done = [one for one in trades if one.state is TradeState.COMPLETED]
        assert sorted(map(facts_told, told)) == sorted(map(facts_of, done))

    def as_they_saw_it(self, trade: Trade) -> None:
        """Each version is one bargain, and nobody has confirmed another than they saw."""
        shown = (trade.id, trade.version)
        offers = (trade.creator.offer, trade.counterparty.offer)
        assert self.seen.setdefault(shown, offers) == offers
        for side in trade.sides:
            is_proposal = trade.version == 1 and side is trade.creator
            assert not side.is_confirmed or is_proposal or (shown, side.user_id) in self.agreed_to
            assert (side.hold_id is not None) is (side.is_confirmed and side.offer.good is None)
        if trade.state in (TradeState.AGREED, TradeState.COMPLETED):
            assert all(side.is_confirmed for side in trade.sides)

    async def held_for(self, trades: Sequence[Trade]) -> None:
        """Every hold is of one trade: it stands as long as that, and ends as that has ended."""
        query = select(hold).where(hold.c.guild_id == self.guild_id)
        async with self.env.database.reading() as reading:
            rows = (await reading.execute(query)).all()
        states = {row.id: row.state for row in rows}
        kept = {hold_id: one.state for one in trades for hold_id in one.hold_ids}
        for hold_id, state in states.items():
            assert state == HOLDS.get(kept.get(hold_id), "released")
        assert kept.keys() <= states.keys()


HOLDS: Mapping[TradeState | None, str] = {
    TradeState.OPEN: "held",
    TradeState.AGREED: "held",
    TradeState.COMPLETED: "settled",
}


def moved(trade: Trade, who: int) -> int:
    """What a trade has brought somebody, or keeps of theirs."""
    if who not in (trade.creator.user_id, trade.counterparty.user_id):
        return 0
    mine, theirs = trade.side_of(who), trade.other(who)
    if trade.state is TradeState.COMPLETED:
        return (theirs.offer.amount or 0) - (mine.offer.amount or 0)
    if trade.state in STANDING and mine.is_confirmed:
        return -(mine.offer.amount or 0)
    return 0


def facts_of(trade: Trade) -> tuple[str, ...]:
    """What is to be told of a trade that was completed."""

    def of(side: TradeSide) -> list[object]:
        return [side.user_id, side.offer.currency_id, side.offer.amount, side.offer.good]

    return tuple(map(str, (trade.id, *of(trade.creator), *of(trade.counterparty))))


def facts_told(data: Mapping[str, object]) -> tuple[str, ...]:
    names = ("creator_id", "currency_id", "amount", "good")
    others = ("counterparty_id", "counter_currency_id", "counter_amount", "counter_good")
    return tuple(str(data[name]) for name in ("trade_id", *names, *others))
