"""Command locks: what keeps people of a guild from the bot's commands, and says why."""

from collections.abc import Callable
from weakref import WeakKeyDictionary

import discord

LockReason = Callable[[int, int], str | None]
"""From a guild and a user to why they are kept out; None where they are not."""

_locks: WeakKeyDictionary[discord.Client, list[LockReason]] = WeakKeyDictionary()


def lock_by(client: discord.Client, reason: LockReason) -> None:
    """Ask that about every command and control, from now on."""
    _locks.setdefault(client, []).append(reason)


def locked_out(client: discord.Client, guild_id: int | None, user_id: int) -> str | None:
    """Why that person is kept out there; None where they are not."""
    if guild_id is None:
        return None
    reasons = (ask(guild_id, user_id) for ask in _locks.get(client, ()))
    return next((one for one in reasons if one is not None), None)
