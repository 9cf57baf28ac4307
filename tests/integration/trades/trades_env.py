"""Trades with the economy they are about, joined as in the bot, on a real database."""

from typing import Any

from bot.acts import Actor
from bot.features.trades import TRADES
from bot.features.trades.model import Offer, Trade
from bot.features.trades.transitions import Proposal
from tests.integration.economy.economy_env import ALICE, BOB, CAROL, EconomyEnv
from tests.support.emitter_setup import GUILD

CHANNEL = 555
HOUR = 3_600.0
PEOPLE = {one: Actor(GUILD, one, name) for one, name in ((ALICE, "a"), (BOB, "b"), (CAROL, "c"))}


class TradesEnv(EconomyEnv):
    """Short words for what tests do."""

    patterns = ("trade.*", "economy.*")

    def renew(self) -> None:
        super().renew()
        self.trades = self.parts[TRADES].service
        self.transitions = self.trades.transitions

    def money_of(self, amount: int) -> Offer:
        return Offer(currency_id=self.coins.id, amount=amount)

    async def proposed(
        self, gives: Offer | int = 40, gets: Offer | int = 25, *, by: int = ALICE, to: int = BOB
    ) -> Trade:
        mine, theirs = (
            self.money_of(one) if isinstance(one, int) else one for one in (gives, gets)
        )
        return await self.transitions.propose(PEOPLE[by], Proposal(CHANNEL, to, mine, theirs))

    async def confirmed(self, trade: Trade, by: int = BOB, version: int = 1) -> Trade:
        return await self.transitions.confirm(PEOPLE[by], trade.id, version)

    async def changed(
        self, trade: Trade, by: int, gives: int | None = None, gets: int | None = None
    ) -> Trade:
        offers = {
            name: None if one is None else self.money_of(one)
            for name, one in (("gives", gives), ("gets", gets))
        }
        return await self.transitions.change(PEOPLE[by], trade.id, **offers)

    async def now(self, trade: Trade) -> Trade:
        """As it stands in its row."""
        return (await self.trades.known(GUILD, trade.id))[0]

    async def completed(self) -> list[dict[str, Any]]:
        """What was told of trades that were completed."""
        return [data for kind, data in await self.told() if kind == "trade.completed"]
