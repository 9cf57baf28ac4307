"""Ports of incidents: what their services are built from and share."""

from collections.abc import Collection
from dataclasses import dataclass, field

from bot.acts import Acts
from bot.clock import Clock
from bot.errors import NotFound
from bot.feature import GuildSettings, Protection, Undo
from bot.features.incidents.settings import IncidentsSettings
from bot.outbox.audit import AuditLog
from bot.posts.posts import Posts
from bot.storage.database import Database
from bot.texts import _


@dataclass(slots=True)
class IncidentsPorts:
    """Ports shared by the services of the feature; protections add themselves while built."""

    database: Database
    audit: AuditLog
    settings: GuildSettings
    acts: Acts
    posts: Posts
    clock: Clock
    protections: dict[str, Protection] = field(default_factory=dict[str, Protection])
    undoes: dict[str, Undo] = field(default_factory=dict[str, Undo])

    @property
    def undoable(self) -> Collection[str]:
        """The kinds of measures that can be undone."""
        return self.undoes.keys()

    def protection(self, feature: str) -> Protection:
        """The protection of that name; NotFound where an old panel names one that is gone."""
        if feature not in self.protections:
            raise NotFound(_("There is no protection “{name}”.").format(name=feature))
        return self.protections[feature]

    def title(self, feature: str) -> str:
        """The protection's name in the reader's language."""
        known = self.protections.get(feature)
        return feature if known is None else _(known.title)

    async def chosen(self, guild_id: int) -> IncidentsSettings:
        """The guild's choices."""
        return await self.settings.get(guild_id, IncidentsSettings)

    async def log_channel(self, guild_id: int) -> int | None:
        """Where the log is written: where nothing is chosen, the channel for notices."""
        chosen = (await self.chosen(guild_id)).log_channel_id
        return chosen or await self.settings.notice_channel(guild_id)
