"""Guard of a guild: hears what is written and who joins, and lets the rules act.

What finds nothing costs no waiting and no reading: rules and choices are in memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.acts import spoken_in
from bot.clock import from_snowflake, to_ms
from bot.features.automod import triggers
from bot.features.automod.actions import severest
from bot.features.automod.bursts import Burst, BurstWatch
from bot.features.automod.edits import EditWatch, HeardMessages
from bot.features.automod.exemptions import GuildExemptions
from bot.features.automod.model import Hit
from bot.features.automod.plans import Outbreak, deal_with, plan_of, severity_of, would_be
from bot.features.automod.ports import FEATURE, AutomodPorts
from bot.features.automod.reactions import Reactions, finding_of
from bot.features.automod.settings import AutomodSettings
from bot.features.automod.triggers import Trigger, TriggerPlan
from bot.message_content import MessageContent
from bot.rates import Keyed
from bot.texts import _


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody who has come to a guild."""

    guild_id: int
    user_id: int
    role_ids: frozenset[int] = frozenset()
    is_bot: bool = False


class AutomodGuard:
    """One thing at a time is done about a person: their lock is the same as the sweep's."""

    def __init__(
        self, ports: AutomodPorts, reactions: Reactions, *, exemptions: GuildExemptions
    ) -> None:
        self._ports = ports
        self._reactions = reactions
        self._exemptions = exemptions
        self._watch = BurstWatch()
        self._edits = EditWatch()
        self._heard = HeardMessages()
        self._outbreaks = Keyed[tuple[int, int], Outbreak](lambda: Outbreak(0))

    async def watches(self, guild_id: int) -> bool:
        """Whether anything that is written there is to be looked at; from memory."""
        if not (await self._ports.chosen(guild_id)).enabled:
            return False
        return (await self._ports.ruleset(guild_id)).sees_messages

    async def heard(self, content: MessageContent, *, old_name: str | None = None) -> None:
        """Something that was written, in a guild that is watched."""
        if content.is_own or content.is_system or content.is_owner:
            return
        if old_name is not None and self._reactions.has_named(content.channel_id, content.content):
            return
        if not self._is_news(content):
            return
        ruleset = await self._ports.ruleset(content.guild_id)
        now = to_ms(self._ports.clock.now())
        burst = None
        if ruleset.counts_messages and content.message_id is not None and not content.is_edit:
            burst = self._watch.add(content, now)
        if ruleset.judge(content, burst, now=now):
            await self._found(content, burst, now, old_name)

    def _is_news(self, content: MessageContent) -> bool:
        """Whether somebody wrote that just now; of a thread's name the caller knows."""
        message_id, now = content.message_id, self._ports.clock.now()
        if message_id is None:
            return True
        if content.is_edit:
            return self._edits.is_new(message_id, content.edited_at, now)
        return self._heard.is_new(message_id)

    async def joined(self, who: Joined) -> None:
        """Somebody has come; how old their account is says its id."""
        settings = await self._ports.chosen(who.guild_id)
        ruleset = await self._ports.ruleset(who.guild_id)
        if not settings.enabled or who.is_bot or not ruleset.sees_joins:
            return
        now = self._ports.clock.now()
        with spoken_in(self._ports.acts, who.guild_id):
            hits = ruleset.judge_join(from_snowflake(who.user_id), now, who.role_ids)
            if hits and who.role_ids.isdisjoint(settings.exempt_role_ids):
                content = MessageContent(
                    guild_id=who.guild_id, place=(0,), user_id=who.user_id, message_id=None
                )
                await self._react(content, hits, settings, to_ms(now))

    async def _found(
        self, content: MessageContent, burst: Burst | None, now: int, old_name: str | None
    ) -> None:
        """Rules found something: in the language of the guild, and unless somebody is spared."""
        settings = await self._ports.chosen(content.guild_id)
        known = await self._exemptions.known(content)
        if known is None or self._exemptions.spared(known, settings) is not None:
            return
        content = known
        with spoken_in(self._ports.acts, content.guild_id):
            ruleset = await self._ports.ruleset(content.guild_id)
            hits = await self._exemptions.without_own_invites(
                content.guild_id,
                lambda own: ruleset.judge(known, burst, now=now, own_codes=own),
                list,
            )
            if hits:
                if burst is not None:
                    deal_with(burst, hits)
                await self._react(content, hits, settings, now, old_name)

    async def _react(
        self,
        content: MessageContent,
        hits: Sequence[Hit],
        settings: AutomodSettings,
        now: int,
        old_name: str | None = None,
    ) -> None:
        """The rule that does most acts; one burst brings one alert, and one infraction."""
        key = content.guild_id, content.user_id
        is_shadow = await self._ports.incidents.is_shadow(content.guild_id, FEATURE)
        async with self._ports.locks.hold(key):
            lead = max(hits, key=lambda hit: (severity_of(hit), -hit.rule.id))
            outbreak = self._outbreaks.of(key)
            if outbreak.is_unused(now):
                outbreak = Outbreak(settings.burst_seconds * 1000)
            spared = await self._spared(content, settings)
            plan = replace(plan_of(content, lead, hits, outbreak), old_name=old_name)
            plan = replace(plan, why=replace(plan.why, spared=spared))
            if is_shadow:
                outbreak.incident_id = await self._shadowed(content, lead, plan)
            else:
                trigger = await self._written(content, lead, plan)
                outbreak.incident_id = await self._reactions.carry_out(trigger)
            outbreak.last, outbreak.severity = now, max(outbreak.severity, severest(plan.actions))
            self._outbreaks.keep(key, outbreak, now)

    async def _spared(self, content: MessageContent, settings: AutomodSettings) -> tuple[str, ...]:
        """The exemptions that were looked at, for whoever asks why."""
        ruleset = await self._ports.ruleset(content.guild_id)
        looked = list[str]()
        if settings.spare_staff:
            looked.append(_("They may not delete others' messages: staff are spared"))
        if settings.exempt_role_ids:
            roles = " ".join(f"<@&{one}>" for one in settings.exempt_role_ids)
            looked.append(_("They have none of the exempt roles: {roles}").format(roles=roles))
        return (*looked, *ruleset.spared_by(content))

    async def _written(self, content: MessageContent, lead: Hit, plan: TriggerPlan) -> Trigger:
        now = self._ports.clock.now()
        async with self._ports.database.transaction() as tx:
            return await triggers.add(tx, would_be(content, lead, plan, now))

    async def _shadowed(self, content: MessageContent, lead: Hit, plan: TriggerPlan) -> int | None:
        """Only say what would have been done, once for a burst."""
        if plan.incident_id is not None:
            return plan.incident_id
        now = self._ports.clock.now()
        trigger = would_be(content, lead, plan, now)
        async with self._ports.database.transaction() as tx:
            finding = finding_of(trigger, is_shadow=True)
            incident_id = await self._ports.incidents.open(tx, finding)
            await self._ports.incidents.did(tx, incident_id, *self._reactions.would(trigger))
        return incident_id
