"""Nukes: whoever tears a server down with the rights they have is stopped, and it is put back."""

from collections.abc import Sequence

from bot.feature import Core, Facade, Feature
from bot.features.nukes import words
from bot.features.nukes.personal_data import PERSONAL
from bot.features.nukes.ports import NUKES as NAME
from bot.features.nukes.ports import NukesPorts
from bot.features.nukes.retention import OldNukes
from bot.features.nukes.service import NukesService
from bot.features.nukes.settings import NukesSettings
from bot.needs import Defect
from bot.protection import Protection
from bot.surroundings import Surroundings
from bot.texts import N_

PERMISSIONS = {
    "view_audit_log": N_("to see who does what"),
    "manage_roles": N_("to take roles, and to put roles and permissions back"),
    "manage_channels": N_("to make deleted channels again"),
    "ban_members": N_("to ban, and to lift bans"),
    "kick_members": N_("to remove bots"),
}


class Nukes(Facade):
    """The one owner of `security.nuke_detected`."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        self.ports = NukesPorts(
            core.database, core.outbox, core.settings, core.incidents, core.acts, core.clock
        )
        self.service = NukesService(self.ports)
        service = self.service
        memories = service.detection.lasting, service.locks
        self.background = (*memories, service.sweep, service.detection)
        self.prunes = {"nukes": OldNukes(core.database)}
        core.incidents.protect(
            Protection(
                NAME,
                NukesSettings.title,
                NukesSettings,
                status=self.service.lines,
                permissions=PERMISSIONS,
            )
        )

    async def defects(self, guild_id: int, seen: Surroundings) -> Sequence[Defect]:
        """Whether there is somebody whom it could not stop."""
        del seen
        above = self.service.heights.above(guild_id)
        return [Defect(words.height(guild_id, above).title)] if above else ()


NUKES = Feature(
    NAME,
    Nukes,
    NukesSettings,
    intents=frozenset({"guilds", "members"}),
    helpful=frozenset({"moderation"}),
    permissions=PERMISSIONS,
)
