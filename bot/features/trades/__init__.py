"""Trades: exchanges between two members, held in escrow until both have confirmed."""

from bot.feature import Core, Facade, Feature
from bot.features.trades.personal_data import PERSONAL
from bot.features.trades.ports import TradesPorts
from bot.features.trades.retention import OldTrades
from bot.features.trades.service import TradesService
from bot.features.trades.settings import TradesSettings


class Trades(Facade):
    """The one owner of `trade.*`."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        self.ports = TradesPorts(
            core.database, core.outbox, core.settings, core.acts, core.posts, core.clock
        )
        self.service = TradesService(self.ports)
        self.background = (self.service.sweep,)
        self.prunes = {"trades": OldTrades(self.ports)}


TRADES = Feature("trades", Trades, TradesSettings)
