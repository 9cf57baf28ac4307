"""Casino: games of chance for money, each with its odds in sight."""

from bot.feature import Core, Facade, Feature
from bot.features.casino.personal_data import CasinoData
from bot.features.casino.ports import CasinoPorts
from bot.features.casino.retention import OldRounds
from bot.features.casino.service import CasinoService
from bot.features.casino.settings import CasinoSettings, refusal


class Casino(Facade):
    """Rounds that people play; their money is economy's."""

    def __init__(self, core: Core) -> None:
        self.ports = CasinoPorts(core.database, core.settings, core.clock, core.vault, core.acts)
        self.service = CasinoService(self.ports)
        self.background = (self.service.hands.sweep,)
        self.prunes = {"casino rounds": OldRounds(core.database)}
        core.settings.refuse(CasinoSettings, refusal)
        self.personal = CasinoData(core.clock)


CASINO = Feature("casino", Casino, CasinoSettings)
