"""Asking something of Discord: by its answer, and by what memory says before it is asked."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.acts import ActFailed, ActRefused, ActUnknown, Gone
from bot.client.refusals import permission_name
from bot.texts import _

ANSWER_SECONDS = 10.0  # a command that waits for it must answer as well
UNSAID = frozenset({401, 408, 429})
SERVER_ERROR = 500
GONE = frozenset({10003, 10007, 10008, 10013, 10026})
"""Unknown channel, member, message, user, ban. An unknown server says nothing about a ban in it."""


class DiscordCalls:
    """What every question and every act begins with."""

    def __init__(self, client: discord.Client, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._client = client
        self._answer_seconds = answer_seconds

    @asynccontextmanager
    async def asking(self) -> AsyncGenerator[None]:
        """Name what Discord answers; ActUnknown where it does not in time."""
        if self._client.is_closed():
            raise ActUnknown(_("there is no connection"))
        try:
            async with asyncio.timeout(self._answer_seconds):
                yield
        except discord.HTTPException as error:
            raise failed(error) from error
        except TimeoutError as error:
            raise ActUnknown(_("there was no answer in time")) from error
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            raise ActUnknown(str(error)) from error
        except RuntimeError as error:
            if not self._client.is_closed():
                raise
            raise ActUnknown(_("there is no connection")) from error

    def guild_of(self, guild_id: int) -> discord.Guild:
        """The guild; ActUnknown where it is not there now, which may be an outage."""
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.unavailable or guild.me is None:  # pyright: ignore[reportUnnecessaryComparison] - not cached yet
            raise ActUnknown(_("the server is not available"))
        return guild

    def may(self, guild: discord.Guild, permission: str) -> None:
        """ActRefused where Discord would refuse: refused requests are counted against the bot."""
        require_right(guild.me.guild_permissions, permission)


def require_right(held: discord.Permissions, permission: str) -> None:
    """ActRefused without it; it names the permission."""
    if not getattr(held, permission):
        text = _("I need the permission {name}")
        raise ActRefused(text.format(name=permission_name(permission)))


def failed(error: discord.HTTPException) -> ActFailed:
    """What a refusal of Discord's means; a 403 or 404 that is not about the thing is no "gone"."""
    words = error.text.strip().rstrip(".") or f"HTTP {error.status}"
    if error.status in UNSAID or error.status >= SERVER_ERROR:
        return ActUnknown(words)
    return Gone(words) if error.code in GONE else ActRefused(words)
