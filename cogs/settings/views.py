"""Views of settings: the custom ids of the panels of `/settings`."""

from bot.client.choice_panel import ChoiceIds
from bot.controls import WORD, ControlId
from bot.settings import SettingKind

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
