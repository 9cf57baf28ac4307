"""Trades service: the one way in for commands and buttons, and the sweep of what is due."""

from dataclasses import dataclass

from bot.acts import Outcome
from bot.features.trades import store
from bot.features.trades.messages import CARD, TradeCurrencies, TradeMessages
from bot.features.trades.model import Trade
from bot.features.trades.ports import TradesPorts
from bot.features.trades.transitions import TradeTransitions
from bot.storage.database import Reading
from bot.storage.sweep import DueRows, Sweep


@dataclass(eq=False)
class TradesService:
    """Trades by their number; what changes one is done by its transitions."""

    ports: TradesPorts

    def __post_init__(self) -> None:
        ports = self.ports
        self.messages = TradeMessages(ports)
        self.transitions = TradeTransitions(ports, self.messages)
        self.sweep = Sweep("trades", ports.database, clock=ports.clock, locks=ports.locks)
        for name, due, deal in (
            ("agreed", store.agreed, self.transitions.complete),
            ("expired", store.expired, self.transitions.expire),
        ):
            self.sweep.rows(
                DueRows(
                    name,
                    store.table,
                    due,
                    store.trade_of,
                    deal,
                    key=lambda one: one.key,
                    still=self._still,
                )
            )

    async def shown(self, trade: Trade) -> Outcome | None:
        """Send its card now; what came of it."""
        return await self.ports.posts.pay(CARD, trade.id)

    async def known(self, guild_id: int, trade_id: int) -> tuple[Trade, TradeCurrencies]:
        """The guild's trade with its currencies; NotFound without one."""
        async with self.ports.database.reading() as reading:
            found = await store.known(reading, guild_id, trade_id)
        return found, await self.messages.names(guild_id)

    async def suggested(self, guild_id: int, user_id: int) -> list[Trade]:
        """Somebody's trades that stand, newest first."""
        async with self.ports.database.reading() as reading:
            return await store.suggested(reading, guild_id, user_id)

    async def page(
        self, guild_id: int, user_id: int, number: int, *, is_whole: bool
    ) -> store.TradePage:
        """Somebody's trades that stand, or all, newest first."""
        async with self.ports.database.reading() as reading:
            return await store.page(reading, guild_id, user_id, number, is_whole=is_whole)

    async def _still(self, reading: Reading, seen: Trade) -> Trade | None:
        found = await store.by_id(reading, seen.id)
        return found if found is not None and found.state is seen.state else None
