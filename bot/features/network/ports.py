"""Ports of the network: what its services are built from and share."""

from dataclasses import dataclass, field

from bot.acts import ActFailed, Actor, Acts
from bot.clock import Clock
from bot.config import NetworkConfig
from bot.errors import NotFound, UserError
from bot.feature import GuildSettings, Incidents, Sanctions
from bot.features.network.model import Report
from bot.features.network.settings import NetworkSettings, nobody_reviews
from bot.outbox.audit import AuditLog
from bot.outbox.outbox import Outbox
from bot.posts.posts import Posts
from bot.private_links import PrivateLinks
from bot.storage.database import Database
from bot.texts import _

MANAGES = "manage_guild"
"""Permission of whoever helps to run a server: its reports are not theirs to decide."""


@dataclass(slots=True)
class NetworkPorts:
    """Ports shared by the services of the feature; the wiring adds `sanctions`."""

    database: Database
    outbox: Outbox
    settings: GuildSettings
    audit: AuditLog
    posts: Posts
    acts: Acts
    clock: Clock
    incidents: Incidents
    links: PrivateLinks
    review: NetworkConfig
    sanctions: Sanctions = field(init=False)

    async def chosen(self, guild_id: int) -> NetworkSettings:
        """The guild's choices."""
        return await self.settings.get(guild_id, NetworkSettings)

    async def require(self, guild_id: int) -> NetworkSettings:
        """The choices of a guild that takes part; a UserError says what to do otherwise."""
        if not self.review.is_ready:
            raise UserError(nobody_reviews())
        chosen = await self.chosen(guild_id)
        if not chosen.enabled:
            raise UserError(_("This server takes no part: switch it on with /network panel."))
        return chosen

    async def partakers(self) -> list[int]:
        """The guilds that take part. Ask before a transaction."""
        chosen = await self.settings.choosing(NetworkSettings)
        return [guild_id for guild_id, one in chosen.items() if one.enabled]

    def require_reviewer(self, actor: Actor) -> None:
        """Whoever the configuration does not name decides nothing, and nobody does elsewhere."""
        if actor.guild_id != self.review.guild_id:
            raise NotFound(_("Reports are not decided in this server."))
        if actor.user_id not in self.review.reviewers:
            raise UserError(_("Only the reviewers of the network decide about that."))

    async def runs(self, guild_id: int, user_id: int) -> bool:
        """Whether somebody helps to run a server that the bot is in; a UserError in doubt."""
        try:
            await self.acts.know(guild_id)
            if self.acts.guild(guild_id) is None:
                return False
            await self.acts.meet(guild_id, user_id)
        except ActFailed as error:
            text = _("Discord gave no answer: {reason}. Nothing was done; try again soon.")
            raise UserError(text.format(reason=error)) from error
        standing = self.acts.standing(guild_id, user_id)
        return standing is not None and standing.may(MANAGES)

    async def refuse_party(self, actor: Actor, *reports: Report) -> None:
        """A UserError for whoever a report is about, and for whoever has a part in making it."""
        for report in reports:
            if actor.user_id == report.user_id:
                raise UserError(_("It is about yourself: another reviewer has to decide."))
            is_theirs = actor.user_id in (report.reporter_id, *report.barred_ids)
            if is_theirs or await self.runs(report.guild_id, actor.user_id):
                text = _("It comes from a server that you help to run: another has to decide.")
                raise UserError(text)
