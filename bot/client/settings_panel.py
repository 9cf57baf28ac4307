"""Settings panel of a feature: what `/settings` shows, and what others lead to."""

from bot.client.choice_acts import ChoiceActs
from bot.client.choice_panel import ChoiceIds
from bot.controls import WORD, ControlId
from bot.features.settings.service import SettingsService
from bot.settings import FeatureSettings, SettingKind

PICK = ControlId("settings:pick", feature=WORD)
CHANNEL = ControlId("settings:channel", feature=WORD, name=WORD)
ROLE = ControlId("settings:role", feature=WORD, name=WORD)
CHOSEN = ControlId("settings:chosen", feature=WORD, name=WORD)
NONE = ControlId("settings:none", feature=WORD, name=WORD)

IDS = ChoiceIds(
    "feature",
    PICK,
    NONE,
    CHOSEN,
    own={SettingKind.CHANNEL: CHANNEL, SettingKind.ROLE: ROLE},
)


def settings_panels(settings: SettingsService) -> ChoiceActs:
    """The panels of every feature."""

    async def find(guild_id: int, feature: str) -> FeatureSettings:
        return await settings.get(guild_id, settings.model(feature))

    return ChoiceActs(IDS, find, settings.change)
