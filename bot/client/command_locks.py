"""Command locks: guilds in which people are kept from the bot's commands, and why.

They are looked at before every command: a guild that nothing locks costs a look at a set.
"""

from collections.abc import Callable, Collection
from weakref import WeakKeyDictionary

import discord

LockReason = Callable[[int, int], str | None]
"""From a guild and a user to why they are kept out; None where they are not."""

LOCKS: WeakKeyDictionary[discord.Client, list[tuple[Collection[int], LockReason]]] = (
    WeakKeyDictionary()
)


def lock_by(client: discord.Client, guilds: Collection[int], reason: LockReason) -> None:
    """Ask that about every command and control in those guilds, as they are then."""
    LOCKS.setdefault(client, []).append((guilds, reason))
