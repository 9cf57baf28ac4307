"""Sync: servers that agree share their punishments."""

from datetime import timedelta

from bot.feature import Core, Facade, Feature, Protection
from bot.features.sync.personal_data import PERSONAL
from bot.features.sync.ports import SyncPorts
from bot.features.sync.service import OldShares, SyncService
from bot.features.sync.settings import SyncSettings
from bot.texts import N_

PERMISSIONS = {
    "ban_members": N_("carry out bans that are shared"),
    "kick_members": N_("carry out kicks that are shared"),
    "moderate_members": N_("carry out timeouts that are shared"),
}


class NetworkSync(Facade):
    """The owner of networks of servers; who is punished is punished by cases."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        self.ports = SyncPorts(
            core.database, core.audit, core.settings, core.acts, core.clock, core.incidents
        )
        self.service = SyncService(self.ports)
        core.incidents.protect(
            Protection(
                "sync",
                SyncSettings.title,
                SyncSettings,
                status=self.service.status,
                permissions=PERMISSIONS,
            )
        )
        self.background = (self.service.sweep,)
        keep = timedelta(days=core.config.audit.keep_days)
        self.prunes = {"sync": OldShares(self.ports, keep=keep)}


SYNC = Feature("sync", NetworkSync, SyncSettings, permissions=PERMISSIONS)
