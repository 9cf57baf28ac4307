"""Ports of automod: what its services are built from and share."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.acts import Actor, Acts
from bot.catalogue.security import AuditDraft
from bot.clock import Clock
from bot.feature import GuildSettings, Incidents, Sanctions
from bot.features.automod import store
from bot.features.automod.model import AutomodRule
from bot.features.automod.ruleset import RuleSet
from bot.features.automod.settings import AutomodSettings
from bot.keyed_lock import KeyedLock
from bot.outbox.audit import AuditLog
from bot.outbox.outbox import Outbox
from bot.posts.posts import Posts
from bot.storage.changes import Cache
from bot.storage.database import Database, Transaction

TOPIC = "automod_rules"
"""Of the change feed, with a guild's id: its rules are others now."""
FEATURE = "automod"
MANY_LETTERS = 20_000  # of words: more are made ready off the loop


@dataclass(slots=True)
class AutomodPorts:
    """Ports shared by the services of the feature; the wiring adds `sanctions`.

    `may_read` is whether the configuration asks Discord for what people write.
    """

    database: Database
    outbox: Outbox
    settings: GuildSettings
    audit: AuditLog
    acts: Acts
    posts: Posts
    clock: Clock
    incidents: Incidents
    may_read: bool
    locks: KeyedLock = field(default_factory=KeyedLock)
    sanctions: Sanctions = field(init=False)
    _rulesets: Cache[RuleSet] = field(init=False)

    def __post_init__(self) -> None:
        self._rulesets = Cache(self.database.changes, TOPIC)

    async def chosen(self, guild_id: int) -> AutomodSettings:
        """The guild's choices."""
        return await self.settings.get(guild_id, AutomodSettings)

    async def ruleset(self, guild_id: int) -> RuleSet:
        """Its rules, made ready; from memory once they were read."""

        async def read() -> RuleSet:
            async with self.database.reading() as reading:
                rules = await store.rules(reading, guild_id)
            return await made_ready(rules)

        return await self._rulesets.get(str(guild_id), read)

    async def ruled(self, tx: Transaction, guild_id: int) -> None:
        """Its rules are others once `tx` is durable."""
        await self.database.changes.tell(tx, TOPIC, str(guild_id))

    async def audited(
        self,
        tx: Transaction,
        actor: Actor,
        what: str,
        rule: AutomodRule,
        context: Mapping[str, object] | None = None,
    ) -> None:
        """What somebody of the staff did to a rule."""
        draft = AuditDraft(
            guild_id=actor.guild_id,
            event_type=f"automod.rule_{what}",
            summary=f"{actor.name} {what} rule {rule.id} of automod ({rule.name}).",
            target_type="automod_rule",
            target_id=str(rule.id),
            actor_id=actor.user_id,
            actor_name=actor.name,
            context=dict(context or {}),
        )
        await self.audit.write(tx, draft)


async def made_ready(rules: list[AutomodRule]) -> RuleSet:
    """The rules as one set; off the loop where their words are many."""
    letters = sum(len(str(rule.draft.terms)) for rule in rules if rule.draft)
    if letters > MANY_LETTERS:
        return await asyncio.to_thread(RuleSet, rules)
    return RuleSet(rules)
