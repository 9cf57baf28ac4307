"""Structure of a guild through discord.py: roles, channels and overwrites as they exactly are.

Overwrites go by Discord's own bits, also those of people who have left, whom discord.py does not
let one name.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import discord

from bot.acts import ActRefused, Gone
from bot.client.discord_calls import DiscordCalls, require_right
from bot.own_calls import NEW
from bot.structure import ChannelPlan, GuildPlan, Overwrite, RolePlan
from bot.texts import _

ROLE, MEMBER = 0, 1  # kinds of an overwrite, in Discord's numbers
KINDS: dict[str, Any] = {
    kind.name: kind.value
    for kind in (
        discord.ChannelType.text,
        discord.ChannelType.voice,
        discord.ChannelType.category,
        discord.ChannelType.news,
        discord.ChannelType.stage_voice,
        discord.ChannelType.forum,
        discord.ChannelType.media,
    )
}


class StructureReads(DiscordCalls):
    """What stands in memory, and what Discord says of one channel now."""

    def plan(self, guild_id: int) -> GuildPlan | None:
        guild = self.cached(guild_id)
        if guild is None or guild.unavailable:
            return None
        return GuildPlan(
            {role.id: role_plan(role) for role in guild.roles},
            {channel.id: channel_plan(channel) for channel in guild.channels},
        )

    def held_by(self, guild_id: int, role_id: int) -> list[int]:
        guild = self.heard(guild_id)
        role = None if guild is None else guild.get_role(role_id)
        return [] if role is None else holders_of(role)

    async def overwrite(self, guild_id: int, channel_id: int, target_id: int) -> Overwrite:
        await self.guild_of(guild_id)
        async with self.asking():
            found: Any = await self.client.http.get_channel(channel_id)
        if int(found.get("guild_id", 0)) != guild_id:
            raise Gone(_("that channel is gone"))
        for one in found.get("permission_overwrites", ()):
            if int(one["id"]) == target_id:
                return Overwrite(
                    target_id, int(one["type"]) == ROLE, int(one["allow"]), int(one["deny"])
                )
        return Overwrite(target_id)

    def paused_until(self, guild_id: int) -> datetime | None:
        guild = self.cached(guild_id)
        until = None if guild is None else guild.invites_paused_until
        return until if until is not None and until > self._clock.now() else None

    async def who_added(self, guild_id: int, bot_id: int) -> int | None:
        guild = await self.guild_of(guild_id)
        self.may(guild, "view_audit_log")
        async with self.asking(is_list=True):
            async for entry in guild.audit_logs(action=discord.AuditLogAction.bot_add, limit=100):
                if getattr(entry.target, "id", None) == bot_id:
                    return entry.user_id
        return None

    def explains(self, guild_id: int, action: str, target_id: int) -> bool:
        return self.own_calls.explains(guild_id, action, target_id)

    def _role(self, guild: discord.Guild, role_id: int) -> discord.Role:
        """A role that the bot can change."""
        role = guild.get_role(role_id)
        if role is None:
            raise Gone(_("the role is gone"))
        if role >= guild.me.top_role:
            raise ActRefused(_("the role {name} is not below mine").format(name=role.name))
        return role

    def _channel(self, guild: discord.Guild, channel_id: int) -> discord.abc.GuildChannel:
        channel = guild.get_channel(channel_id)
        if channel is None:
            raise Gone(_("that channel is gone"))
        return channel


class DiscordStructure(StructureReads):
    """What is changed of it; what the bot itself may not, it can give nobody."""

    async def put_overwrite(
        self, guild_id: int, channel_id: int, overwrite: Overwrite, *, reason: str
    ) -> None:
        guild = await self.guild_of(guild_id)
        channel = self._channel(guild, channel_id)
        require_right(channel.permissions_for(guild.me), "manage_roles")
        http, target = self.client.http, overwrite.target_id
        async with self.asking():
            if overwrite.is_empty:
                await http.delete_channel_permissions(channel_id, target, reason=reason)
                return
            await http.edit_channel_permissions(
                channel_id,
                target,
                str(overwrite.allow),
                str(overwrite.deny),
                ROLE if overwrite.is_role else MEMBER,
                reason=reason,
            )

    async def make_channel(self, guild_id: int, plan: ChannelPlan, *, reason: str) -> int:
        guild = await self.guild_of(guild_id)
        self.may(guild, "manage_channels")
        if plan.kind not in KINDS:
            raise ActRefused(_("no channel of that kind can be made"))
        async with self.doing(guild_id, "channel_create", NEW), self.asking():
            made = await self.client.http.create_channel(
                guild_id, KINDS[plan.kind], reason=reason, **_fields(plan)
            )
        self.own_calls.made(guild_id, "channel_create", int(made["id"]))
        return int(made["id"])

    async def remove_channel(self, guild_id: int, channel_id: int, *, reason: str) -> None:
        guild = await self.guild_of(guild_id)
        channel = self._channel(guild, channel_id)
        require_right(channel.permissions_for(guild.me), "manage_channels")
        async with self.doing(guild_id, "channel_delete", channel_id), self.asking():
            await channel.delete(reason=reason)

    async def arrange(
        self, guild_id: int, positions: Mapping[int, int], parent_id: int, *, reason: str
    ) -> None:
        guild = await self.guild_of(guild_id)
        self.may(guild, "manage_channels")
        # What a channel allows and denies stays as it is: nothing is taken over from its category.
        data: Any = [
            {"id": one, "position": place, "parent_id": parent_id, "lock_permissions": False}
            for one, place in positions.items()
        ]
        async with self.asking():
            await self.client.http.bulk_channel_update(guild_id, data, reason=reason)

    async def make_role(self, guild_id: int, plan: RolePlan, *, reason: str) -> int:
        guild = await self.guild_of(guild_id)
        self.may(guild, "manage_roles")
        async with self.doing(guild_id, "role_create", NEW), self.asking():
            made = await guild.create_role(reason=reason, **_appearance(plan))
        self.own_calls.made(guild_id, "role_create", made.id)
        return made.id

    async def change_role(self, guild_id: int, plan: RolePlan, *, reason: str) -> None:
        guild = await self.guild_of(guild_id)
        self.may(guild, "manage_roles")
        role = self._role(guild, plan.role_id)
        async with self.doing(guild_id, "role_permissions", role.id), self.asking():
            if role.is_default():
                permissions = discord.Permissions(plan.permissions)
                await role.edit(permissions=permissions, reason=reason)
            else:
                await role.edit(reason=reason, **_appearance(plan))

    async def remove_role(self, guild_id: int, role_id: int, *, reason: str) -> None:
        guild = await self.guild_of(guild_id)
        self.may(guild, "manage_roles")
        role = self._role(guild, role_id)
        async with self.doing(guild_id, "role_delete", role_id), self.asking():
            await role.delete(reason=reason)

    async def order_roles(
        self, guild_id: int, positions: Mapping[int, int], *, reason: str
    ) -> None:
        guild = await self.guild_of(guild_id)
        self.may(guild, "manage_roles")
        # One that stands above the bot's own makes Discord refuse all of them.
        own = guild.me.top_role.position
        data: Any = [
            {"id": one, "position": min(place, own - 1)} for one, place in positions.items()
        ]
        async with self.asking():
            await self.client.http.move_role_position(guild_id, data, reason=reason)

    async def pause_invites(self, guild_id: int, until: datetime | None) -> None:
        guild = await self.guild_of(guild_id)
        self.may(guild, "manage_guild")
        async with self.asking():
            payload: Any = {"invites_disabled_until": until.isoformat() if until else None}
            await self.client.http.edit_incident_actions(guild_id, payload)


def channel_plan(channel: discord.abc.GuildChannel) -> ChannelPlan:
    """A channel as it is in memory."""
    held: Any = channel
    slowmode = getattr(held, "slowmode_delay", 0)
    return ChannelPlan(
        channel_id=channel.id,
        kind=channel.type.name,
        name=channel.name,
        position=channel.position,
        parent_id=channel.category_id,
        topic=getattr(held, "topic", None),
        is_nsfw=bool(getattr(held, "nsfw", False)),
        slowmode=int(slowmode or 0),
        bitrate=int(getattr(held, "bitrate", 0)),
        user_limit=int(getattr(held, "user_limit", 0)),
        overwrites=overwrites_of(channel),
    )


def overwrites_of(channel: discord.abc.GuildChannel) -> tuple[Overwrite, ...]:
    """Those of a channel, in the order of their ids."""
    found = list[Overwrite]()
    for target, overwrite in channel.overwrites.items():
        allow, deny = overwrite.pair()
        is_role = isinstance(target, discord.Role) or getattr(target, "type", 0) is discord.Role
        found.append(Overwrite(target.id, is_role, allow.value, deny.value))
    return tuple(sorted(found, key=lambda one: one.target_id))


def role_plan(role: discord.Role) -> RolePlan:
    """A role as it is in memory."""
    return RolePlan(
        role_id=role.id,
        name=role.name,
        permissions=role.permissions.value,
        position=role.position,
        colour=role.colour.value,
        is_hoisted=role.hoist,
        is_mentionable=role.mentionable,
        is_managed=role.managed,
    )


def _appearance(plan: RolePlan) -> dict[str, Any]:
    return {
        "name": plan.name,
        "permissions": discord.Permissions(plan.permissions),
        "colour": discord.Colour(plan.colour),
        "hoist": plan.is_hoisted,
        "mentionable": plan.is_mentionable,
    }


def _fields(plan: ChannelPlan) -> dict[str, Any]:
    """What a new channel is made of; what a kind of channel does not have is left out."""
    overwrites = [
        {
            "id": str(one.target_id),
            "type": ROLE if one.is_role else MEMBER,
            "allow": str(one.allow),
            "deny": str(one.deny),
        }
        for one in plan.overwrites
    ]
    fields: dict[str, Any] = {
        "name": plan.name,
        "position": plan.position,
        "parent_id": plan.parent_id,
        "topic": plan.topic or None,
        "nsfw": plan.is_nsfw or None,
        "rate_limit_per_user": plan.slowmode or None,
        "bitrate": plan.bitrate or None,
        "user_limit": plan.user_limit or None,
        "permission_overwrites": overwrites,
    }
    return {name: value for name, value in fields.items() if value is not None}


def holders_of(role: discord.Role) -> list[int]:
    """Who has a role, or had it: of one that has just been deleted discord.py tells nobody."""
    return [
        member.id
        for member in role.guild.members
        if member._roles.has(role.id)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - there is no public way
    ]


def places_of(role: discord.Role) -> list[tuple[int, Overwrite]]:
    """What channels said of a role, also of one that has just been deleted."""
    found = list[tuple[int, Overwrite]]()
    for channel in role.guild.channels:
        found += [(channel.id, one) for one in overwrites_of(channel) if one.target_id == role.id]
    return found
