"""Ports of giveaways: what their services are built from and share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.acts import Actor, Acts
from bot.catalogue.security import AuditDraft
from bot.clock import Clock
from bot.feature import GuildSettings
from bot.features.giveaways.model import Giveaway
from bot.features.giveaways.settings import GiveawaysSettings
from bot.keyed_lock import KeyedLock
from bot.outbox.audit import AuditLog
from bot.outbox.outbox import Outbox
from bot.posts.posts import Posts
from bot.private_links import PrivateLinks
from bot.storage.database import Database, Reading, Transaction
from bot.storage.vault import Vault

LevelOf = Callable[[Reading, int, int], Awaitable[int]]
"""The level of a member, by guild and person."""


@dataclass(slots=True)
class GiveawaysPorts:
    """Ports shared by the services of the feature; the wiring adds `level_of`.

    `wake` has the sweep look where something is to begin or end at another moment now. One thing
    at a time is done about a giveaway.
    """

    database: Database
    outbox: Outbox
    settings: GuildSettings
    audit: AuditLog
    acts: Acts
    posts: Posts
    clock: Clock
    vault: Vault
    links: PrivateLinks
    locks: KeyedLock = field(default_factory=KeyedLock)
    level_of: LevelOf = field(init=False)
    wake: Callable[[], None] = field(init=False)

    async def chosen(self, guild_id: int) -> GiveawaysSettings:
        """The guild's choices."""
        return await self.settings.get(guild_id, GiveawaysSettings)

    async def audited(self, tx: Transaction, actor: Actor, giveaway: Giveaway, what: str) -> None:
        """What somebody of the staff did to one."""
        draft = AuditDraft(
            guild_id=actor.guild_id,
            event_type=f"giveaway.{what.replace(' ', '_')}",
            summary=f"{actor.name} {what} giveaway {giveaway.id} ({giveaway.prize}).",
            target_type="giveaway",
            target_id=str(giveaway.id),
            actor_id=actor.user_id,
            actor_name=actor.name,
        )
        await self.audit.write(tx, draft)
