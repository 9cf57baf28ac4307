"""Calls to Discord: each by its answer, and by what memory says before it is asked."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.acts import ActFailed, ActRefused, ActUnknown, Barred, Gone
from bot.client.refusals import permission_name
from bot.clock import Clock
from bot.texts import _

ANSWER_SECONDS = 10.0  # a command that waits for it must answer as well
UNSAID = frozenset({401, 408, 429})
SERVER_ERROR = 500
GONE = frozenset({10003, 10007, 10008, 10013, 10026})
"""Unknown channel, member, message, user, ban. An unknown server says nothing about a ban in it."""
BARRED = frozenset({50001, 50013})
"""Missing access, missing permissions."""


class DiscordCalls:
    """Beginning of every question and every act."""

    def __init__(self, clock: Clock, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._clock = clock
        self._answer_seconds = answer_seconds
        self._connected: discord.Client | None = None

    def connect(self, client: discord.Client) -> None:
        """Ask and act through that client from now on."""
        self._connected = client

    @property
    def is_connected(self) -> bool:
        """Whether there is a client that knows its guilds."""
        return self._connected is not None and self._connected.is_ready()

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
        if self._connected is None or self._connected.user is None:
            raise ActUnknown(_("there is no connection"))
        return self._connected

    @asynccontextmanager
    async def asking(self, *, is_list: bool = False) -> AsyncGenerator[None]:
        """Name what Discord answers; ActUnknown where it does not in time.

        A list comes in as many answers as it takes: discord.py has a limit for each.
        """
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

    def cached(self, guild_id: int) -> discord.Guild | None:
        """The guild as memory has it; None where the bot is not in it, or is not connected."""
        return None if self._connected is None else self._connected.get_guild(guild_id)

    def guild_of(self, guild_id: int) -> discord.Guild:
        """The guild; ActUnknown where it is not there now, which may be an outage."""
        guild = self.cached(guild_id)
        if guild is None or guild.unavailable or guild.me is None:  # pyright: ignore[reportUnnecessaryComparison] - not cached yet
            raise ActUnknown(_("the server is not available"))
        return guild

    def may(self, guild: discord.Guild, permission: str) -> None:
        """ActRefused where Discord would refuse: refused requests are counted against the bot."""
        require_right(guild.me.guild_permissions, permission)


@asynccontextmanager
async def answered(seconds: float | None) -> AsyncGenerator[None]:
    """Name what Discord answers; ActUnknown where it gives no answer in so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except discord.HTTPException as error:
        raise failed(error) from error
    except TimeoutError as error:
        raise ActUnknown(_("there was no answer in time")) from error
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        raise ActUnknown(str(error)) from error


def require_right(held: discord.Permissions, permission: str) -> None:
    """Barred without it; it names the permission."""
    if not getattr(held, permission):
        text = _("I need the permission {name}")
        raise Barred(text.format(name=permission_name(permission)))


def failed(error: discord.HTTPException) -> ActFailed:
    """What a refusal of Discord's means; a 403 or 404 that is not about the thing is no "gone"."""
    words = error.text.strip().rstrip(".") or f"HTTP {error.status}"
    if error.status in UNSAID or error.status >= SERVER_ERROR:
        return ActUnknown(words)
    if error.code in BARRED:
        return Barred(words)
    return Gone(words) if error.code in GONE else ActRefused(words)
