"""Levels: experience points for messages and talk, ranks, roles, and pictures to show."""

from bot.feature import Core, Facade, Feature
from bot.features.levels.ports import LevelsPorts
from bot.features.levels.pushed import PushedXp
from bot.features.levels.service import LevelsService
from bot.features.levels.settings import LevelsSettings


class Levels(Facade):
    """The one owner of `xp.*`."""

    def __init__(self, core: Core) -> None:
        self.ports = LevelsPorts(
            core.database,
            core.outbox,
            core.settings,
            core.audit,
            core.acts,
            core.posts,
            core.clock,
        )
        self.service = LevelsService(self.ports)
        service = self.service
        self.pushed = PushedXp(self.ports, service.ledger)
        # What is stopped first comes last: a tick still hands its awards to the ledger.
        self.background = (service.ledger, service.roles.sweep, service.voice, service.weekly)
        self.prunes = {"level announcements": service.announcements, "weeks": service.weekly}


LEVELS = Feature(
    "levels",
    Levels,
    LevelsSettings,
    intents=frozenset({"guilds", "guild_messages", "voice_states"}),
    helpful=frozenset({"members"}),
    wanted=frozenset({"message_content"}),
    permissions={
        "manage_roles": "to give the roles of levels",
        "attach_files": "to show rank cards and boards",
    },
)
