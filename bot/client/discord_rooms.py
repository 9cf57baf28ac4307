"""Rooms that the bot makes: private channels and threads, their guests, and what stands in them."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any

import discord

from bot.acts import ActRefused, Gone
from bot.client.discord_calls import DiscordCalls, answered, member_of, require_right
from bot.client.guests import guests_of, overwrites, rights, visitor
from bot.client.snapshots import writing_of
from bot.clock import from_snowflake
from bot.own_calls import NEW
from bot.rooms import Guest, RoomPlan, RoomSeen, Writing
from bot.texts import _

FILE_SECONDS = 30.0
IDLE_MINUTES = 10_080  # a thread is put away by Discord after a week without a message

TextRoom = discord.TextChannel | discord.Thread


class RoomReads(DiscordCalls):
    """Rooms as Discord shows them, and what stands in them."""

    async def find_rooms(
        self, guild_id: int, plan: RoomPlan, *, since: datetime, anew: bool = False
    ) -> list[int]:
        guild = await self.guild_of(guild_id)
        rooms: Sequence[TextRoom] = guild.text_channels
        if plan.is_thread:
            async with self.asking():
                rooms = await guild.active_threads()
        elif anew or self.heard(guild_id) is None:
            async with self.asking():
                there = await guild.fetch_channels()
            rooms = [one for one in there if isinstance(one, discord.TextChannel)]
        return sorted(
            one.id
            for one in rooms
            if from_snowflake(one.id) >= since and _is_of(one, plan, self.client.user)
        )

    async def room(self, guild_id: int, channel_id: int, *, anew: bool = False) -> RoomSeen:
        guild = await self.guild_of(guild_id)
        room = await self.found(guild, channel_id, anew=anew)
        if not isinstance(room, discord.Thread):
            seen = room.permissions_for(guild.default_role).view_channel
            guests = guests_of(room)
            return RoomSeen(room.id, room.name, room.category_id, is_public=seen, guests=guests)
        people = None
        if anew:
            async with self.asking():
                people = await room.fetch_members()
        return RoomSeen(
            room.id,
            room.name,
            room.parent_id,
            is_thread=True,
            is_public=room.type is not discord.ChannelType.private_thread,
            is_shut=room.archived,
            guests=None if people is None else await self._visitors(guild, people),
        )

    def channels_in(self, guild_id: int, category_id: int | None) -> int:
        guild = self.cached(guild_id)
        if guild is None:
            return 0
        if category_id is None:
            return len(guild.channels)
        return sum(getattr(one, "category_id", None) == category_id for one in guild.channels)

    async def writings(
        self, guild_id: int, channel_id: int, *, after_id: int | None
    ) -> AsyncIterator[Writing]:
        guild = await self.guild_of(guild_id)
        room = await self.found(guild, channel_id)
        require_right(room.permissions_for(guild.me), "read_message_history")
        may_read = self.client.intents.message_content
        after = None if after_id is None else discord.Object(after_id)
        found = room.history(limit=None, after=after, oldest_first=True)
        while True:
            async with self.asking():
                message = await anext(found, None)
            if message is None:
                return
            yield writing_of(message, guild_id, may_read=may_read)

    async def read_file(self, url: str, *, most: int) -> bytes:
        async with self.asking():
            http = self.client.http
        async with answered(FILE_SECONDS):
            try:
                # What an attachment's own `read` does, of which the address alone is left.
                content = await http.get_from_cdn(url)
            except (discord.NotFound, discord.Forbidden) as error:  # its address is too old
                raise Gone(_("the file is gone")) from error
        if len(content) > most:
            raise ActRefused(_("the file is too large"))
        return content

    async def found(self, guild: discord.Guild, channel_id: int, *, anew: bool = False) -> TextRoom:
        """From memory, or asked for: threads that were put away are not in memory.

        What is changed is what stands there now; of a guild elsewhere memory may be a minute old.
        """
        anew = anew or self.heard(guild.id) is None
        room: Any = None if anew else guild.get_channel_or_thread(channel_id)
        if room is None:
            async with self.asking():
                room = await guild.fetch_channel(channel_id)
        if not isinstance(room, TextRoom):
            raise Gone(_("that channel is gone"))
        require_right(room.permissions_for(guild.me), "view_channel")
        return room

    async def guest_in(
        self, guild: discord.Guild, guest: Guest
    ) -> discord.Role | discord.Member | None:
        """A guest who is there; None for whoever left, and for a role that was deleted."""
        if guest.is_role:
            return guild.get_role(guest.id)
        return await self._person(guild, guest.id)

    async def _visitors(
        self, guild: discord.Guild, people: Sequence[discord.ThreadMember]
    ) -> tuple[Guest, ...]:
        """Who is in a thread, beside the bot, with the roles that they have."""
        own_id = guild.me.id
        there = [one.id for one in people if one.id != own_id]
        return tuple([visitor(one, await self._person(guild, one)) for one in there])

    async def _person(self, guild: discord.Guild, user_id: int) -> discord.Member | None:
        """From memory where it has everybody; else asked for."""
        if guild.chunked:
            return guild.get_member(user_id)
        async with self.asking():
            return await member_of(guild, user_id)

    async def changeable(self, guild_id: int, channel_id: int) -> TextRoom:
        guild = await self.guild_of(guild_id)
        room = await self.found(guild, channel_id)
        name = "manage_threads" if isinstance(room, discord.Thread) else "manage_channels"
        require_right(room.permissions_for(guild.me), name)
        return room


class DiscordRooms(RoomReads):
    """Channels and threads made and changed where the bot's permissions let it."""

    async def make_room(self, guild_id: int, plan: RoomPlan, *, reason: str) -> int:
        guild = await self.guild_of(guild_id)
        if plan.is_thread:
            return await self._make_thread(guild, plan, reason)
        parent = None if plan.parent_id is None else guild.get_channel(plan.parent_id)
        if plan.parent_id is not None and not isinstance(parent, discord.CategoryChannel):
            raise Gone(_("the category is gone"))
        held = guild.me.guild_permissions if parent is None else parent.permissions_for(guild.me)
        for name in ("view_channel", "manage_channels"):
            require_right(held, name)
        async with self.doing(guild_id, "channel_create", NEW), self.asking():
            channel = await guild.create_text_channel(
                plan.name,
                category=parent if isinstance(parent, discord.CategoryChannel) else None,
                topic=plan.topic,
                overwrites=overwrites(guild, plan.guests),
                reason=reason,
            )
        self.own_calls.made(guild_id, "channel_create", channel.id)
        return channel.id

    async def admit(self, guild_id: int, channel_id: int, guest: Guest, *, reason: str) -> None:
        guild = await self.guild_of(guild_id)
        room = await self.found(guild, channel_id)
        if isinstance(room, discord.Thread):
            if guest.is_role:
                raise ActRefused(_("a thread takes people, not roles"))
            async with self.asking():
                await room.add_user(discord.Object(guest.id))
            return
        await self._set(guild, room, guest, rights(may_write=guest.may_write), reason)

    async def shut_out(self, guild_id: int, channel_id: int, guest: Guest, *, reason: str) -> None:
        guild = await self.guild_of(guild_id)
        room = await self.found(guild, channel_id)
        if isinstance(room, discord.Thread):
            async with self.asking():
                await room.remove_user(discord.Object(guest.id))
            return
        if guest.id == guild.id:
            await self._change_everybody(guild, room, reason, view_channel=False)
            return
        await self._set(guild, room, guest, None, reason)

    async def shut_room(
        self, guild_id: int, channel_id: int, guests: Sequence[Guest], *, shut: bool, reason: str
    ) -> None:
        guild = await self.guild_of(guild_id)
        room = await self.found(guild, channel_id)
        if isinstance(room, discord.Thread):
            if room.archived is not shut or room.locked is not shut:
                require_right(room.permissions_for(guild.me), "manage_threads")
                async with self.asking():
                    await room.edit(archived=shut, locked=shut, reason=reason)
            return
        for guest in guests:
            if guest.id == guild.id:
                await self._change_everybody(
                    guild, room, reason, send_messages=False if shut else None
                )
            # Whoever left, or a role that was deleted, has no say in it any more.
            elif await self.guest_in(guild, guest) is not None:
                await self._set(guild, room, guest, rights(may_write=not shut), reason)

    async def rename_room(self, guild_id: int, channel_id: int, name: str, *, reason: str) -> None:
        room = await self.changeable(guild_id, channel_id)
        async with self.asking():
            await room.edit(name=name, reason=reason)

    async def move_room(
        self, guild_id: int, channel_id: int, category_id: int, *, reason: str
    ) -> None:
        room = await self.changeable(guild_id, channel_id)
        category = room.guild.get_channel(category_id)
        if not isinstance(category, discord.CategoryChannel):
            raise Gone(_("the category is gone"))
        if isinstance(room, discord.Thread):
            raise ActRefused(_("a thread stays in its channel"))
        async with self.asking():
            await room.edit(category=category, sync_permissions=False, reason=reason)

    async def delete_room(self, guild_id: int, channel_id: int, *, reason: str) -> None:
        room = await self.changeable(guild_id, channel_id)
        kind = "thread_delete" if isinstance(room, discord.Thread) else "channel_delete"
        async with self.doing(guild_id, kind, channel_id), self.asking():
            await room.delete(reason=reason)

    async def pin(self, guild_id: int, channel_id: int, message_id: int, *, reason: str) -> None:
        guild = await self.guild_of(guild_id)
        room = await self.found(guild, channel_id)
        require_right(room.permissions_for(guild.me), "pin_messages")
        async with self.asking():
            await room.get_partial_message(message_id).pin(reason=reason)

    async def _make_thread(self, guild: discord.Guild, plan: RoomPlan, reason: str) -> int:
        parent = guild.get_channel(plan.parent_id or 0)
        if not isinstance(parent, discord.TextChannel):
            raise Gone(_("the channel for threads is gone"))
        rights = parent.permissions_for(guild.me)
        for name in ("view_channel", "create_private_threads", "send_messages_in_threads"):
            require_right(rights, name)
        async with self.asking():
            thread = await parent.create_thread(
                name=plan.name,
                type=discord.ChannelType.private_thread,
                invitable=False,
                auto_archive_duration=IDLE_MINUTES,
                reason=reason,
            )
        for guest in plan.guests:
            if not guest.is_role:
                async with self.asking():
                    await thread.add_user(discord.Object(guest.id))
        return thread.id

    async def _change_everybody(
        self, guild: discord.Guild, room: discord.TextChannel, reason: str, **rights: bool | None
    ) -> None:
        """Change that alone: nobody else is let in by what everybody may."""
        changed = room.overwrites_for(guild.default_role)
        changed.update(**rights)
        await self._set(guild, room, Guest(guild.id, is_role=True), changed, reason)

    async def _set(
        self,
        guild: discord.Guild,
        channel: discord.TextChannel,
        guest: Guest,
        held: discord.PermissionOverwrite | None,
        reason: str,
    ) -> None:
        require_right(channel.permissions_for(guild.me), "manage_roles")
        target: Any = await self.guest_in(guild, guest)
        if target is None:
            if guest.is_role or held is not None:
                raise Gone(_("they are not in this server"))
            target = discord.Object(guest.id, type=discord.Member)
        async with self.asking():
            await channel.set_permissions(target, overwrite=held, reason=reason)


def _is_of(room: TextRoom, plan: RoomPlan, own: discord.ClientUser | None) -> bool:
    """Whether the bot made it by that plan; of a channel only its topic tells whose it is."""
    if isinstance(room, discord.Thread):
        is_own = own is not None and room.owner_id == own.id
        return is_own and room.name == plan.name and room.parent_id == plan.parent_id
    return room.topic == plan.topic and room.category_id == plan.parent_id
