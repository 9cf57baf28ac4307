"""Calls to Discord, each by its answer: what memory says before it is asked, and what it shows."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import discord
from discord.ext import commands

from bot.acts import ActUnknown
from bot.client.discord_answers import ANSWER_SECONDS, answered, require_right
from bot.client.rest_guilds import RestGuilds
from bot.clock import Clock
from bot.own_calls import OwnCalls, TellOwn
from bot.texts import _

ABOUT_PEOPLE = frozenset({"ban", "kick"})
"""Acts that change nothing of what is remembered of a guild itself."""


class DiscordCalls:
    """Beginning of every question and every act.

    What the gateway of this process tells of stands in its client's memory. Of any other guild
    `elsewhere` knows, where this process has it, what REST said when it was asked for.
    """

    def __init__(self, clock: Clock, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._clock = clock
        self.own_calls = OwnCalls(clock)
        self.tell_own: TellOwn | None = None
        self._answer_seconds = answer_seconds
        self._connected: discord.Client | None = None
        self._elsewhere: RestGuilds | None = None
        self.sessions = 0

    def connect(self, client: discord.Client) -> None:
        """Ask and act through that client from now on."""
        self._connected = client
        self.sessions += 1
        if isinstance(client, commands.Bot | commands.AutoShardedBot):
            for event in ("on_connect", "on_resumed"):
                client.add_listener(self._began, event)

    def reach(self, elsewhere: RestGuilds) -> None:
        """Ask and act over REST in guilds of which no gateway of this process tells."""
        self._elsewhere = elsewhere

    @property
    def is_connected(self) -> bool:
        """Whether there is a client that knows its guilds, and hears of them.

        discord.py calls a client ready for good, whatever becomes of its connections. A process
        without a gateway hears of nothing, but asks: that takes a login.
        """
        if self._connected is None and self._elsewhere is not None:
            return self._elsewhere.client is not None
        return self.is_heard is True

    async def _began(self) -> None:
        self.sessions += 1

    @property
    def is_heard(self) -> bool | None:
        """Whether the gateway is at the other end: discord.py ends what is silent for a minute.

        None where this process has no client.
        """
        client = self._connected
        if client is None:
            return None
        if not client.is_ready() or client.is_closed():
            return False
        if isinstance(client, discord.AutoShardedClient):
            return not all(shard.is_closed() for shard in client.shards.values())
        return client.ws.open

    @property
    def client(self) -> discord.Client:
        """The client; ActUnknown before there is one that has logged in."""
        if self._connected is not None and self._connected.user is not None:
            return self._connected
        other = None if self._elsewhere is None else self._elsewhere.client
        if other is None:
            raise ActUnknown(_("there is no connection"))
        return other

    @asynccontextmanager
    async def asking(self, *, is_list: bool = False) -> AsyncGenerator[None]:
        """Name what Discord answers; ActUnknown where it does not in time.

        A list comes in as many answers as it takes: discord.py has a limit for each.
        """
        if self._connected is None and self._elsewhere is not None:
            await self._elsewhere.log_in()
        client = self.client
        if client.is_closed():
            raise ActUnknown(_("there is no connection"))
        try:
            async with answered(None if is_list else self._answer_seconds):
                yield
        except RuntimeError as error:
            if not client.is_closed():
                raise
            raise ActUnknown(_("there is no connection")) from error

    @asynccontextmanager
    async def doing(self, guild_id: int, action: str, *target_ids: int) -> AsyncGenerator[None]:
        """An act that the audit log will ascribe to the bot, for whoever hears of it there."""
        is_elsewhere = self.heard(guild_id) is None
        if self.tell_own is not None and is_elsewhere:
            await self.tell_own(guild_id, action, target_ids)
        with self.own_calls.doing(guild_id, action, *target_ids):
            yield
        if self._elsewhere is not None and is_elsewhere and action not in ABOUT_PEOPLE:
            self._elsewhere.expire(guild_id)

    async def know(self, guild_id: int) -> None:
        """Let memory know a guild of which no gateway of this process tells; ActUnknown likewise.

        Nothing is asked about one of which it does, nor within a minute of the last answer.
        """
        if self._elsewhere is not None and self.heard(guild_id) is None:
            await self._elsewhere.know(guild_id)

    def heard(self, guild_id: int) -> discord.Guild | None:
        """The guild where the gateway tells of it: who is there and in voice is known then."""
        return None if self._connected is None else self._connected.get_guild(guild_id)

    def cached(self, guild_id: int) -> discord.Guild | None:
        """The guild as memory has it; None where the bot is not in it, or is not connected."""
        guild = self.heard(guild_id)
        if guild is None and self._elsewhere is not None:
            return self._elsewhere.get(guild_id)
        return guild

    def heard_user(self, user_id: int) -> discord.User | None:
        """The same of somebody's account: what REST said once, nothing corrects."""
        return None if self._connected is None else self._connected.get_user(user_id)

    async def guild_of(self, guild_id: int) -> discord.Guild:
        """The guild; ActUnknown where it is not there now, which may be an outage."""
        await self.know(guild_id)
        guild = self.cached(guild_id)
        if guild is None and self._elsewhere is not None:
            raise ActUnknown(_("I am not in that server"))
        if guild is None or guild.unavailable or guild.me is None:  # pyright: ignore[reportUnnecessaryComparison] - not cached yet
            raise ActUnknown(_("the server is not available"))
        return guild

    def may(self, guild: discord.Guild, permission: str) -> None:
        """ActRefused where Discord would refuse: refused requests are counted against the bot."""
        require_right(guild.me.guild_permissions, permission)


async def member_of(guild: discord.Guild, user_id: int) -> discord.Member | None:
    """A member, asked of Discord where a large server's list is not at hand."""
    member = guild.get_member(user_id)
    if member is not None:
        return member
    try:
        return await guild.fetch_member(user_id)
    except discord.NotFound:
        return None
