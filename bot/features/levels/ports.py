"""Ports of levels: what its services are built from and share."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.acts import Actor, Acts
from bot.catalogue.security import AuditDraft
from bot.clock import Clock, to_ms
from bot.feature import GuildSettings
from bot.features.levels import rule_store
from bot.features.levels.model import LevelRole, LevelRules
from bot.features.levels.settings import LevelsSettings
from bot.outbox.audit import AuditLog
from bot.outbox.outbox import Outbox
from bot.posts.posts import Posts
from bot.storage.changes import Cache
from bot.storage.database import Database, Transaction

TOPIC = "level_rules"
"""Of the change feed, with a guild's id: its level roles or multipliers are others now."""

MINUTE_MS, DAY_MS = 60_000, 86_400_000


def minute_of(moment: datetime) -> int:
    """Whole minutes since 1970."""
    return to_ms(moment) // MINUTE_MS


def week_of(moment: datetime) -> int:
    """Weeks since 1970, each from Monday on; the first of them began on a Thursday."""
    return (to_ms(moment) // DAY_MS + 3) // 7


@dataclass(frozen=True, slots=True)
class LevelChoices:
    """Everything that a guild chose, to be had before a transaction begins."""

    settings: LevelsSettings
    rules: LevelRules


@dataclass(slots=True)
class LevelsPorts:
    """Ports shared by the services of the feature."""

    database: Database
    outbox: Outbox
    settings: GuildSettings
    audit: AuditLog
    acts: Acts
    posts: Posts
    clock: Clock
    _rules: Cache[LevelRules] = field(init=False)

    def __post_init__(self) -> None:
        self._rules = Cache(self.database.changes, TOPIC)

    async def chosen(self, guild_id: int) -> LevelsSettings:
        """The guild's choices."""
        return await self.settings.get(guild_id, LevelsSettings)

    async def rules(self, guild_id: int) -> LevelRules:
        """Its level roles and multipliers, from memory once they were read."""

        async def read() -> LevelRules:
            async with self.database.reading() as reading:
                return await rule_store.rules(reading, guild_id)

        return await self._rules.get(str(guild_id), read)

    def there(self, guild_id: int, rules: LevelRules) -> tuple[LevelRole, ...]:
        """Its level roles that the guild has, as far as is known: nobody is owed a deleted one."""
        known = self.acts.roles(guild_id)
        return tuple(one for one in rules.roles if one.role_id in known) if known else rules.roles

    async def choices(self, guild_id: int) -> LevelChoices:
        """Both, from memory."""
        return LevelChoices(await self.chosen(guild_id), await self.rules(guild_id))

    async def ruled(self, tx: Transaction, guild_id: int) -> None:
        """Its rules are others once `tx` is durable."""
        await self.database.changes.tell(tx, TOPIC, str(guild_id))

    async def audited(
        self, tx: Transaction, actor: Actor, what: str, *, target: tuple[str, int | None], done: str
    ) -> None:
        """What somebody of the staff did: `levels.xp_given`, to a member, in words."""
        kind, target_id = target
        draft = AuditDraft(
            guild_id=actor.guild_id,
            event_type=f"levels.{what}",
            summary=f"{actor.name} {done}.",
            target_type=kind,
            target_id=None if target_id is None else str(target_id),
            actor_id=actor.user_id,
            actor_name=actor.name,
        )
        await self.audit.write(tx, draft)
