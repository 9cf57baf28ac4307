"""Settings: what a server's staff choose, one frozen model for each feature."""

from bot.feature import Core, Facade, Feature
from bot.features.settings.model import GeneralSettings
from bot.features.settings.service import SettingsService


class Settings(Facade):
    """Every feature's choices, read and changed."""

    def __init__(self, core: Core) -> None:
        self.service = SettingsService(core.database, core.audit, models=core.models)


SETTINGS = Feature("settings", Settings, GeneralSettings, attachable=True)
