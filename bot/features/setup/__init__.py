"""Setup: a server's way through all features, and the check of what they miss there."""

from bot.feature import Core, Facade, Feature
from bot.features.setup.guide import SetupGuide
from bot.features.setup.ports import SetupPorts
from bot.features.setup.survey import Survey
from bot.texts import N_


class Setup(Facade):
    """Guide and survey; both go by what every other feature says of itself."""

    def __init__(self, core: Core) -> None:
        self.ports = SetupPorts(core.database, core.settings, core.acts, core.registry)
        self.guide = SetupGuide(self.ports)
        self.survey = Survey(self.ports)


SETUP = Feature("setup", Setup, title=N_("Set-up"))
