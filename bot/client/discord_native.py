"""Discord's own AutoMod through discord.py, and where invites lead."""

from typing import Any, get_args

import discord

from bot.acts import Gone
from bot.client.discord_calls import DiscordCalls, require_right
from bot.native_rules import NativeAction, NativeExecution, NativeRule, NativeTrigger

TRIGGERS: dict[discord.AutoModRuleTriggerType, NativeTrigger] = {
    discord.AutoModRuleTriggerType.keyword: "keyword",
    discord.AutoModRuleTriggerType.harmful_link: "keyword",
    discord.AutoModRuleTriggerType.spam: "spam",
    discord.AutoModRuleTriggerType.keyword_preset: "keyword_preset",
    discord.AutoModRuleTriggerType.mention_spam: "mention_spam",
    discord.AutoModRuleTriggerType.member_profile: "member_profile",
}
ACTIONS: dict[str, NativeAction] = {one: one for one in get_args(NativeAction)}


class DiscordNative(DiscordCalls):
    """Rules are made with the permission to manage the server."""

    async def native_actions(self, guild_id: int, native_id: int) -> tuple[NativeAction, ...]:
        guild = await self._managed(guild_id)
        rule = await self._rule(guild, native_id)
        return tuple(_action(one) for one in rule.actions)

    async def put_native_rule(
        self, guild_id: int, native_id: int | None, rule: NativeRule, *, reason: str
    ) -> int:
        guild = await self._managed(guild_id)
        values = _values(rule)
        if native_id is not None:
            known = await self._rule(guild, native_id)
            async with self.asking():
                await known.edit(**values, reason=reason)
            return native_id
        event = discord.AutoModRuleEventType.message_send
        async with self.asking():
            made = await guild.create_automod_rule(event_type=event, **values, reason=reason)
        return made.id

    async def drop_native_rule(self, guild_id: int, native_id: int, *, reason: str) -> None:
        guild = await self._managed(guild_id)
        rule = await self._rule(guild, native_id)
        async with self.asking():
            await rule.delete(reason=reason)

    async def invited_guild(self, code: str) -> int | None:
        async with self.asking():
            invite = await self.client.fetch_invite(code, with_counts=False)
        return None if invite.guild is None else invite.guild.id

    async def _rule(self, guild: discord.Guild, native_id: int) -> discord.AutoModRule:
        """Whatever Discord calls what is unknown there."""
        async with self.asking():
            try:
                return await guild.fetch_automod_rule(native_id)
            except discord.NotFound as error:
                raise Gone(error.text) from error

    async def _managed(self, guild_id: int) -> discord.Guild:
        guild = await self.guild_of(guild_id)
        require_right(guild.me.guild_permissions, "manage_guild")
        return guild


def native_execution(told: discord.AutoModAction) -> NativeExecution:
    """One action, as a cog's `on_automod_action` hears of it."""
    return NativeExecution(
        guild_id=told.guild_id,
        rule_id=told.rule_id,
        trigger=TRIGGERS.get(told.rule_trigger_type, "keyword"),
        action=_action(told.action),
        user_id=told.user_id,
        channel_id=told.channel_id,
        message_id=told.message_id,
        content=told.content,
    )


def _action(action: discord.AutoModRuleAction) -> NativeAction:
    return ACTIONS.get(action.type.name, "block_message")


def _values(rule: NativeRule) -> dict[str, Any]:
    actions = list[discord.AutoModRuleAction]()
    if rule.blocks:
        actions.append(discord.AutoModRuleAction(type=discord.AutoModRuleActionType.block_message))
    if rule.alert_channel_id is not None:
        actions.append(discord.AutoModRuleAction(channel_id=rule.alert_channel_id))
    if rule.timeout is not None:
        actions.append(discord.AutoModRuleAction(duration=rule.timeout))
    return {
        "name": rule.name,
        "trigger": discord.AutoModTrigger(
            type=discord.AutoModRuleTriggerType.keyword,
            keyword_filter=[*rule.keywords],
            regex_patterns=[*rule.patterns],
            allow_list=[*rule.allow],
        ),
        "actions": actions,
        "enabled": rule.enabled,
        "exempt_roles": [discord.Object(one, type=discord.Role) for one in rule.exempt_role_ids],
        "exempt_channels": [discord.Object(one) for one in rule.exempt_channel_ids],
    }
