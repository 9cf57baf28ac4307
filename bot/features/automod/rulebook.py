"""Rulebook of a guild: its rules written, changed, switched, deleted, imported and exported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.acts import Actor
from bot.features.automod import store
from bot.features.automod.import_file import ImportedRules, exported
from bot.features.automod.model import AutomodRule
from bot.features.automod.ports import AutomodPorts
from bot.features.automod.refusals import refuse_amount, refuse_draft, refuse_unread
from bot.features.automod.terms import RuleDraft, RuleScope
from bot.storage.database import Transaction
from bot.structure import renumbered
from bot.texts import _
from bot.user_text import sought


@dataclass(eq=False)
class AutomodRulebook:
    """One transaction for each change; the sets in memory follow at its commit."""

    ports: AutomodPorts

    async def add(self, actor: Actor, draft: RuleDraft) -> AutomodRule:
        """A new rule; a UserError where it could find nothing, or would find everything."""
        self._refuse(draft)
        async with self.ports.database.transaction() as tx:
            refuse_amount(await store.lock_guild(tx, actor.guild_id), [draft])
            return await self._added(tx, actor, draft)

    async def change(self, actor: Actor, rule_id: int, draft: RuleDraft) -> AutomodRule:
        """Another draft of the guild's rule."""
        self._refuse(draft)
        async with self.ports.database.transaction() as tx:
            others = await store.lock_guild(tx, actor.guild_id)
            refuse_amount([one for one in others if one.id != rule_id], [draft])
            await store.known(tx, actor.guild_id, rule_id)
            changed = await store.change(tx, rule_id, draft)
            await self.ports.audited(tx, actor, "changed", changed)
            await self.ports.ruled(tx, actor.guild_id)
            return changed

    async def switch(self, actor: Actor, rule_id: int, *, on: bool) -> AutomodRule:
        """Let it act, or let it rest; done again it does nothing."""
        async with self.ports.database.transaction() as tx:
            rule = await store.known(tx, actor.guild_id, rule_id, locks=True)
            if rule.draft is None or rule.enabled == on:
                return rule
            if on:
                self._refuse(rule.draft)
            draft = rule.draft.model_copy(update={"enabled": on})
            changed = await store.change(tx, rule_id, draft)
            await self.ports.audited(tx, actor, "enabled" if on else "disabled", changed)
            await self.ports.ruled(tx, actor.guild_id)
            return changed

    async def delete(self, actor: Actor, rule_id: int) -> AutomodRule:
        """It is no rule any more; what it did stays."""
        async with self.ports.database.transaction() as tx:
            rule = await store.known(tx, actor.guild_id, rule_id, locks=True)
            await store.remove(tx, rule_id)
            await self.ports.audited(tx, actor, "deleted", rule)
            await self.ports.ruled(tx, actor.guild_id)
            return rule

    async def bring_in(self, actor: Actor, read: ImportedRules) -> list[AutomodRule]:
        """All rules of a file that could be read without a problem, at once."""
        self._refuse(*read.drafts)
        async with self.ports.database.transaction() as tx:
            refuse_amount(await store.lock_guild(tx, actor.guild_id), read.drafts)
            return [await self._added(tx, actor, draft) for draft in read.drafts]

    async def may_bring_in(self, guild_id: int, read: ImportedRules) -> None:
        """A UserError where they would be too many, or could not be used."""
        self._refuse(*read.drafts)
        refuse_amount(await self.rules(guild_id), read.drafts)

    async def export(self, guild_id: int) -> bytes:
        """All of them, as a file that can be imported."""
        return exported([one.draft for one in await self.rules(guild_id) if one.draft])

    async def rules(self, guild_id: int) -> Sequence[AutomodRule]:
        """The guild's own, in the order of their numbers."""
        async with self.ports.database.reading() as reading:
            return await store.rules(reading, guild_id)

    async def known(self, guild_id: int, rule_id: int) -> AutomodRule:
        """The guild's rule; NotFound without one."""
        async with self.ports.database.reading() as reading:
            return await store.known(reading, guild_id, rule_id)

    async def page(self, guild_id: int, number: int) -> store.RulePage:
        """Some of them."""
        async with self.ports.database.reading() as reading:
            return await store.page(reading, guild_id, number)

    async def suggested(self, guild_id: int, typed: str) -> list[AutomodRule]:
        """While a number or a name is typed: what fits."""
        wanted = sought(typed.strip())
        found = await self.rules(guild_id)
        return [one for one in found if wanted in sought(f"{one.id}: {one.name}")]

    async def status(self, guild_id: int) -> tuple[int, int, int]:
        """How many rules there are and are on, and how often any acted."""
        async with self.ports.database.reading() as reading:
            return await store.counts(reading, guild_id)

    async def on_remade(
        self, tx: Transaction, guild_id: int, new_ids: Mapping[int, int]
    ) -> list[str]:
        """A reaction: rules name what was made in the place of their channels and roles."""
        followed = list[str]()
        for rule in await store.lock_guild(tx, guild_id):
            scope = None if rule.draft is None else rule.draft.scope
            moved = None if scope is None else renumbered(scope.model_dump(), new_ids)
            if rule.draft is not None and scope is not None and scope.model_dump() != moved:
                after = RuleScope.model_validate(moved)
                await store.change(tx, rule.id, rule.draft.model_copy(update={"scope": after}))
                followed.append(_("automod rule {number}").format(number=rule.id))
        if followed:
            await self.ports.ruled(tx, guild_id)
        return followed

    def _refuse(self, *drafts: RuleDraft) -> None:
        for draft in drafts:
            refuse_draft(draft)
            if not self.ports.may_read:
                refuse_unread(draft)

    async def _added(self, tx: Transaction, actor: Actor, draft: RuleDraft) -> AutomodRule:
        now = self.ports.clock.now()
        rule = await store.add(tx, actor.guild_id, draft, by_id=actor.user_id, now=now)
        await self.ports.audited(tx, actor, "added", rule)
        await self.ports.ruled(tx, actor.guild_id)
        return rule
