"""Members: joins, departures, bans and their ends, each told once."""

from datetime import timedelta

from bot.feature import Core, Facade, Feature
from bot.features.members.model import MembersSettings
from bot.features.members.personal_data import PERSONAL
from bot.features.members.service import MembersService
from bot.features.members.store import LostGuilds
from bot.texts import N_


class Members(Facade):
    """The one owner of `member.*`; `echoes` are for whoever bans, unbans and kicks."""

    personal = PERSONAL

    def __init__(self, core: Core) -> None:
        self.service = MembersService(core)
        self.echoes = self.service.echoes
        self.background = (self.service,)
        absent = timedelta(days=core.config.members.baseline_after_days)
        self.prunes = {"members": LostGuilds(core.database, absent)}


MEMBERS = Feature(
    "members",
    Members,
    MembersSettings,
    intents=frozenset({"guilds", "members", "moderation"}),
    helpful=frozenset({"invites"}),
    permissions={
        "ban_members": N_("to see bans that came while the bot was away"),
        "manage_guild": N_("to see invites"),
        "view_audit_log": N_("who kicked or banned, and why"),
    },
    attachable=True,
)
