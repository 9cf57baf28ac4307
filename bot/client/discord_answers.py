"""Answers of Discord's, each by its name, and how long they are waited for."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.acts import ActFailed, ActRefused, ActUnknown, Barred, Gone
from bot.permission_names import permission_name
from bot.texts import _

ANSWER_SECONDS = 10.0  # a command that waits for it must answer as well
UNSAID = frozenset({401, 408, 429})
SERVER_ERROR = 500
GONE = frozenset({10003, 10006, 10007, 10008, 10013, 10026})
"""Unknown channel, invite, member, message, user, ban.

An unknown server says nothing about a ban in it.
"""
BARRED = frozenset({50001, 50013})
"""Missing access, missing permissions."""


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
