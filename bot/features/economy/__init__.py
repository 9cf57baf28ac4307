"""Economy: currencies, wallets and the one ledger under everything that is paid."""

from bot.feature import Core, Facade, Feature, Funds
from bot.features.economy.ledger import Ledger
from bot.features.economy.settings import EconomySettings
from bot.features.economy.treasury import Treasury


class Economy(Facade):
    """The one owner of `economy.*`; `money` is what other features need of it."""

    def __init__(self, core: Core) -> None:
        self.ledger = Ledger(core.outbox, core.clock)
        treasury = Treasury(core.database, core.settings, ledger=self.ledger, clock=core.clock)
        self.money: Funds = treasury


ECONOMY = Feature("economy", Economy, EconomySettings)
