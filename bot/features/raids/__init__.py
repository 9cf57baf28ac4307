"""Raids: many who join at once are dealt with together, and channels locked meanwhile."""

from bot.feature import Core, Facade, Feature
from bot.features.raids.personal_data import PERSONAL
from bot.features.raids.ports import RAIDS as NAME
from bot.features.raids.ports import RaidsPorts
from bot.features.raids.retention import OldRaids
from bot.features.raids.service import RaidsService
from bot.features.raids.settings import RaidsSettings, refusal
from bot.protection import Protection
from bot.texts import N_

PERMISSIONS = {
    "manage_roles": N_("to put people in quarantine, and to lock channels"),
    "kick_members": N_("to kick those who come with a raid"),
    "ban_members": N_("to ban those who come with a raid"),
    "manage_guild": N_("to pause invites, and to ban many with one call"),
}


class Raids(Facade):
    """The one owner of `security.raid_detected`."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        self.ports = RaidsPorts(
            core.database, core.outbox, core.settings, core.incidents, core.acts, core.clock
        )
        core.settings.refuse(RaidsSettings, refusal)
        self.service = RaidsService(self.ports)
        self.background = (
            self.service.sessions.lasting,
            self.service.sweep,
            self.service.sessions,
        )
        self.prunes = {"raids": OldRaids(core.database)}
        core.incidents.protect(
            Protection(
                NAME,
                RaidsSettings.title,
                RaidsSettings,
                status=self.service.lines,
                permissions=PERMISSIONS,
            )
        )


RAIDS = Feature(
    NAME,
    Raids,
    RaidsSettings,
    intents=frozenset({"guilds", "members"}),
    permissions=PERMISSIONS,
)
