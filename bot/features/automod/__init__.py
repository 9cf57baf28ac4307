"""Automod: rules that look at what is written, and act by themselves."""

from bot.feature import Core, Facade, Feature, Protection
from bot.features.automod.personal_data import PERSONAL
from bot.features.automod.ports import FEATURE, AutomodPorts
from bot.features.automod.service import AutomodService
from bot.features.automod.settings import AutomodSettings
from bot.texts import N_

PERMISSIONS = {
    "manage_messages": N_("to delete messages that rules are about"),
    "moderate_members": N_("to time out whom rules are about"),
    "kick_members": N_("to kick whom rules are about"),
    "ban_members": N_("to ban whom rules are about"),
    "manage_guild": N_("to hear of Discord's own AutoMod, and to lay rules there"),
}
NEEDED = {"manage_messages": N_("to delete messages that rules are about")}


class Automod(Facade):
    """The one owner of `automod.*`."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        self.ports = AutomodPorts(
            core.database,
            core.outbox,
            core.settings,
            core.audit,
            core.acts,
            core.posts,
            core.clock,
            core.incidents,
            core.config.discord.message_content,
        )
        self.service = AutomodService(self.ports)
        self.background = (self.service.sweep,)
        self.prunes = {"automod triggers": self.service}
        core.incidents.protect(
            Protection(
                FEATURE,
                AutomodSettings.title,
                AutomodSettings,
                status=self.service.status,
                permissions=NEEDED,
            )
        )


AUTOMOD = Feature(
    "automod",
    Automod,
    AutomodSettings,
    intents=frozenset({"guilds", "guild_messages", "auto_moderation_execution"}),
    helpful=frozenset({"members"}),
    wanted=frozenset({"message_content"}),
    permissions=PERMISSIONS,
)
