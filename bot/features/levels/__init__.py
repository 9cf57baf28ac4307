"""Levels: experience points for messages and talk, ranks, roles, and pictures to show."""

from collections.abc import Sequence

from bot.feature import Core, Facade, Feature
from bot.features.levels import rule_store
from bot.features.levels.model import LevelRole
from bot.features.levels.personal_data import LevelData
from bot.features.levels.ports import LevelsPorts
from bot.features.levels.pushed import PushedXp
from bot.features.levels.service import LevelsService
from bot.features.levels.settings import LevelsSettings
from bot.needs import RAISE, Defect
from bot.surroundings import Surroundings
from bot.texts import N_, _, ngettext


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
        self.personal = LevelData(core.clock, self.service.roles)

    async def defects(self, guild_id: int, seen: Surroundings) -> Sequence[Defect]:
        """Level roles that nobody can be given, and multipliers of what is gone."""
        async with self.ports.database.reading() as reading:
            rules = await rule_store.rules(reading, guild_id)
        found = [one for role in rules.roles if (one := _of_role(seen, role)) is not None]
        lost = (rules.channels.keys() - seen.place_ids) | (rules.by_role.keys() - seen.roles.keys())
        lost -= {guild_id}  # the role that everybody has
        return [*found, _of_multipliers(len(lost))] if lost else found


def _of_role(seen: Surroundings, one: LevelRole) -> Defect | None:
    if one.role_id not in seen.roles:
        text = _("The role of level {level} was deleted: choose another with /levels role.")
        return Defect(text.format(level=one.level))
    if not seen.is_above(one.role_id):
        return None
    text = _("{role} (level {level}) stands above my role, so that I cannot give it")
    return Defect(text.format(role=f"<@&{one.role_id}>", level=one.level), _(RAISE))


def _of_multipliers(count: int) -> Defect:
    text = ngettext(
        "A multiplier is of a role or channel that is gone: it does nothing.",
        "{count} multipliers are of roles or channels that are gone: they do nothing.",
        count,
    )
    return Defect(text.format(count=count), is_note=True)


LEVELS = Feature(
    "levels",
    Levels,
    LevelsSettings,
    intents=frozenset({"guilds", "guild_messages", "voice_states"}),
    helpful=frozenset({"members"}),
    wanted=frozenset({"message_content"}),
    permissions={
        "manage_roles": N_("to give the roles of levels"),
        "attach_files": N_("to show rank cards and boards"),
    },
)
