"""Privacy: what the bot keeps about a person, shown to them, handed over, and let go of."""

from bot.feature import Core, Facade, Feature
from bot.features.privacy.personal_data import PERSONAL
from bot.features.privacy.service import PrivacyService
from bot.texts import N_


class Privacy(Facade):
    """Goes by what every feature says of its own tables, once all are joined."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        self.service = PrivacyService(core.database, core.audit, clock=core.clock)


PRIVACY = Feature("privacy", Privacy, title=N_("Personal data"))
