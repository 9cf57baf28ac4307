"""Surroundings through discord.py, from its memory: nothing is asked of Discord for them."""

from collections.abc import Callable, Iterator, Mapping

import discord

from bot.client.discord_structure import DiscordStructure
from bot.dangers import dangers
from bot.snapshots import RoleSeen, rank_of
from bot.surroundings import PlaceSeen, Surroundings


class _Places(Mapping[int, PlaceSeen]):
    """Channels or categories, each looked at once and only when it is asked for.

    What the bot may there is reckoned from every role: of hundreds of channels few are chosen.
    """

    def __init__(
        self, find: Callable[[int], discord.abc.GuildChannel | None], ids: tuple[int, ...]
    ) -> None:
        self._find, self._ids = find, ids
        self._seen = dict[int, PlaceSeen]()

    def __getitem__(self, channel_id: int) -> PlaceSeen:
        if channel_id not in self._seen:
            channel = self._find(channel_id)
            if channel is None or channel_id not in self._ids:
                raise KeyError(channel_id)
            self._seen[channel_id] = _place(channel)
        return self._seen[channel_id]

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, channel_id: object) -> bool:
        return channel_id in self._ids


class DiscordSurroundings(DiscordStructure):
    """The same structure, and all of it at once as the bot stands in it."""

    def surroundings(self, guild_id: int) -> Surroundings | None:
        guild = self.cached(guild_id)
        if guild is None:
            return None
        return surroundings_of(guild, self.client.intents)


def surroundings_of(guild: discord.Guild, intents: discord.Intents) -> Surroundings:
    """A server as the bot sees it now."""
    held = guild.me.guild_permissions
    roles = [one for one in guild.roles if not one.is_default()]
    return Surroundings(
        held=held_by(held),
        channels=_Places(guild.get_channel, tuple(one.id for one in guild.text_channels)),
        categories=_Places(guild.get_channel, tuple(one.id for one in guild.categories)),
        roles={one.id: RoleSeen(one.name, one.position, one.managed) for one in roles},
        callable_ids=frozenset(one.id for one in roles if held.mention_everyone or one.mentionable),
        emoji_ids=frozenset(one.id for one in guild.emojis),
        channel_count=len(guild.channels),
        place_ids=frozenset(one.id for one in (*guild.channels, *guild.threads)),
        intents=frozenset(name for name, is_on in intents if is_on),
        own_rank=rank_of(guild.me.top_role.position, guild.me.top_role.id),
        ordinary_above=_ordinary_above(guild, roles),
    )


def held_by(permissions: discord.Permissions) -> frozenset[str]:
    """By the names that Discord's reference has; discord.py calls one of them otherwise."""
    held = {name for name, is_held in permissions if is_held}
    return frozenset(held | ({"view_channel"} if permissions.view_channel else set()))


def _ordinary_above(guild: discord.Guild, roles: list[discord.Role]) -> tuple[int, ...]:
    """Those of people who have no say, above the bot's own; the highest first."""
    top = guild.me.top_role
    found = [
        one for one in roles if one > top and not one.managed and not dangers(one.permissions.value)
    ]
    return tuple(one.id for one in sorted(found, reverse=True))


def _place(channel: discord.abc.GuildChannel) -> PlaceSeen:
    crowd = len(channel.channels) if isinstance(channel, discord.CategoryChannel) else 0
    return PlaceSeen(held_by(channel.permissions_for(channel.guild.me)), crowd)
