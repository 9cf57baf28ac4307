"""People of a guild through discord.py: faces from memory, or asked for; and who holds a role."""

import asyncio
from collections.abc import Collection, Mapping

import discord

from bot.acts import Gone
from bot.client.discord_lists import DiscordLists
from bot.people import Face

ASKED = 20  # faces that are asked for at once; a page of a list has ten
IN_ONE_GO = 1_000  # members, before others have their turn
PICTURE_SIZE = 256


class DiscordPeople(DiscordLists):
    """The same lists, and what is seen of their people."""

    async def faces(self, guild_id: int, user_ids: Collection[int]) -> Mapping[int, Face]:
        guild = await self.guild_of(guild_id)
        found, unknown = dict[int, Face](), list[int]()
        for user_id in user_ids:
            member = guild.get_member(user_id) or self.heard_user(user_id)
            if member is None:
                unknown.append(user_id)
            else:
                found[user_id] = _face(member)
        for user_id in unknown[:ASKED]:
            try:
                async with self.asking():
                    found[user_id] = _face(await self.client.fetch_user(user_id))
            except Gone:
                continue
        return found

    async def holders(
        self, guild_id: int, role_ids: Collection[int]
    ) -> Mapping[int, frozenset[int]]:
        guild = await self.listed(guild_id)
        found, wanted = dict[int, frozenset[int]](), [*role_ids]
        for number, member in enumerate(guild.members):
            if number % IN_ONE_GO == IN_ONE_GO - 1:
                await asyncio.sleep(0)  # a large server is looked through beside everything else
            if member != guild.me:
                held = (role_id for role_id in wanted if member.get_role(role_id) is not None)
                found[member.id] = frozenset(held)
        return found


def _face(user: discord.User | discord.Member) -> Face:
    picture = user.display_avatar.replace(size=PICTURE_SIZE, format="png")
    return Face(user.id, user.display_name, picture.url, user.bot)
