"""Automod: rules that look at what is written, and act by themselves."""

from collections.abc import Sequence

from bot.feature import Core, Facade, Feature, Protection
from bot.features.automod.model import AutomodRule, gone
from bot.features.automod.personal_data import PERSONAL
from bot.features.automod.ports import FEATURE, AutomodPorts
from bot.features.automod.service import AutomodService
from bot.features.automod.settings import AutomodSettings
from bot.needs import Defect
from bot.surroundings import Surroundings
from bot.texts import N_, ngettext
from bot.user_text import inline

PERMISSIONS = {
    "manage_messages": N_("to delete messages that rules are about"),
    "moderate_members": N_("to time out whom rules are about"),
    "kick_members": N_("to kick whom rules are about"),
    "ban_members": N_("to ban whom rules are about"),
    "manage_guild": N_("to hear of Discord's own AutoMod, and to lay rules there"),
}
NEEDED = {"manage_messages": N_("to delete messages that rules are about")}


NAME_SHOWN = 60  # characters


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

    async def defects(self, guild_id: int, seen: Surroundings) -> Sequence[Defect]:
        """Rules that are on, and name what the server has no more."""
        rules = await self.service.rulebook.rules(guild_id)
        lost = [(one, len(gone(one, seen))) for one in rules if one.enabled]
        return [_of_rule(rule, count) for rule, count in lost if count]


def _of_rule(rule: AutomodRule, count: int) -> Defect:
    text = ngettext(
        "Rule {number}, {name}, names a role or channel that is gone: /automod rule edit.",
        "Rule {number}, {name}, names {count} roles or channels that are gone: /automod rule edit.",
        count,
    )
    return Defect(text.format(number=rule.id, name=inline(rule.name, NAME_SHOWN), count=count))


AUTOMOD = Feature(
    "automod",
    Automod,
    AutomodSettings,
    intents=frozenset({"guilds", "guild_messages", "auto_moderation_execution"}),
    helpful=frozenset({"members"}),
    wanted=frozenset({"message_content"}),
    permissions=PERMISSIONS,
)
