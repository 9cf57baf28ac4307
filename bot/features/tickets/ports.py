"""Ports of tickets: what their services are built from and share."""

from dataclasses import dataclass, field

from bot.acts import Actor, Acts
from bot.catalogue.security import AuditDraft
from bot.clock import Clock
from bot.feature import GuildSettings
from bot.features.tickets import type_store
from bot.features.tickets.settings import TicketsSettings
from bot.features.tickets.types import TicketType, emoji_id
from bot.keyed_lock import KeyedLock
from bot.outbox.audit import AuditLog
from bot.outbox.outbox import Outbox
from bot.posts.posts import Posts
from bot.storage.changes import Cache
from bot.storage.database import Database, Transaction
from bot.storage.sweep import Sweep

TOPIC = "ticket_types"
"""Of the change feed, with a guild's id as the key: its types or panels are others now."""

ROOMS = "ticket_rooms"
"""Of the change feed, with a guild's id: its tickets live in other rooms now."""


@dataclass(slots=True)
class TicketsPorts:
    """Ports shared by the services of the feature; one thing at a time is done about a ticket."""

    database: Database
    outbox: Outbox
    settings: GuildSettings
    audit: AuditLog
    acts: Acts
    posts: Posts
    clock: Clock
    locks: KeyedLock = field(default_factory=KeyedLock)
    types: Cache[dict[int, TicketType]] = field(init=False)
    sweep: Sweep = field(init=False)

    def __post_init__(self) -> None:
        self.types = Cache(self.database.changes, TOPIC)
        self.sweep = Sweep(
            "tickets",
            self.database,
            clock=self.clock,
            ready=lambda: self.acts.is_connected,
            locks=self.locks,
        )

    async def moved(self, tx: Transaction, guild_id: int) -> None:
        """A ticket of the guild lives elsewhere, or nowhere, once `tx` is durable."""
        await self.database.changes.tell(tx, ROOMS, str(guild_id))

    def has_lost(self, guild_id: int, emoji: str) -> bool:
        """Whether that emoji is another guild's, or was deleted."""
        custom, guild = emoji_id(emoji), self.acts.guild(guild_id)
        return custom is not None and (guild is None or custom not in guild.emoji_ids)

    async def types_of(self, guild_id: int) -> dict[int, TicketType]:
        """The guild's types by id, from memory once they were read."""

        async def read() -> dict[int, TicketType]:
            async with self.database.reading() as reading:
                return {one.id: one for one in await type_store.all_of(reading, guild_id)}

        return await self.types.get(str(guild_id), read)

    async def audited(
        self, tx: Transaction, actor: Actor, kind: str, target: tuple[object, str], what: str
    ) -> None:
        """What somebody did to a `type`, `panel` or `reply`: its id, and its name for people."""
        target_id, name = target
        draft = AuditDraft(
            guild_id=actor.guild_id,
            event_type=f"tickets.{kind}_changed",
            summary=f"{actor.name} {what} the ticket {kind} {name}.",
            target_type=f"ticket_{kind}",
            target_id=str(target_id),
            actor_id=actor.user_id,
            actor_name=actor.name,
        )
        await self.audit.write(tx, draft)

    async def chosen(self, guild_id: int) -> TicketsSettings:
        """The guild's choices that hold for every type."""
        return await self.settings.get(guild_id, TicketsSettings)
