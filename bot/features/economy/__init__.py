"""Economy: currencies, wallets and the one ledger under everything that is paid."""

from bot.feature import Core, Facade, Feature, Funds
from bot.features.economy.adjustments import Adjustments
from bot.features.economy.currencies import Currencies
from bot.features.economy.dailies import Dailies
from bot.features.economy.earnings import Earnings
from bot.features.economy.ledger import Ledger
from bot.features.economy.personal_data import MoneyData
from bot.features.economy.ports import EconomyPorts
from bot.features.economy.pushed import PushedMoney
from bot.features.economy.retention import OldPostings
from bot.features.economy.settings import EconomySettings, refusal
from bot.features.economy.statements import Statements
from bot.features.economy.transfers import Transfers
from bot.features.economy.treasury import Treasury
from bot.features.economy.voice_rounds import VoiceRounds


class Economy(Facade):
    """The one owner of `economy.*`; `money` is what other features need of it."""

    def __init__(self, core: Core) -> None:
        core.settings.refuse(EconomySettings, refusal)
        self.ledger = Ledger(core.outbox, core.clock)
        treasury = Treasury(core.database, core.settings, ledger=self.ledger, clock=core.clock)
        ports = EconomyPorts(core.database, self.ledger, treasury, core.audit, core.clock)
        self.money: Funds = treasury
        self.currencies = Currencies(ports)
        self.transfers = Transfers(ports)
        self.dailies = Dailies(ports)
        self.adjustments = Adjustments(ports)
        self.pushed = PushedMoney(ports)
        self.statements = Statements(ports)
        self.earnings = Earnings(ports)
        self.voice = VoiceRounds(core.acts, self.earnings, clock=core.clock)
        self.background = (self.earnings.group, self.adjustments.sweep, self.voice)
        self.prunes = {"ledger": OldPostings(core.database, core.settings)}
        self.personal = MoneyData(self.adjustments)


ECONOMY = Feature(
    "economy",
    Economy,
    EconomySettings,
    intents=frozenset({"guilds", "guild_messages", "voice_states"}),
)
