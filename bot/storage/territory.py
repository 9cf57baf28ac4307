"""Territory of a process: the guilds whose rows it deals with, which are all unless it has shards.

A guild is in the shard that Discord's own arithmetic gives it, so rows need not say so.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from sqlalchemy import ColumnElement, Integer, literal_column, true

TIME_BITS = 22
"""How far Discord shifts a guild's id before it takes the remainder."""


def shard_of(guild_id: int, count: int) -> int:
    """The shard of so many that hears of a guild."""
    return (guild_id >> TIME_BITS) % count


async def _known(_guild_id: int) -> None:
    """Nothing has to be found out."""


class Territory:
    """Territory that may change while others come and go; whoever asks has it as it is now."""

    def __init__(self) -> None:
        self._shards: frozenset[int] | None = None
        self._count = 1
        self.enter: Callable[[int], Awaitable[None]] = _known
        """Called before a row of that guild is dealt with; where it fails the row waits."""

    @property
    def is_whole(self) -> bool:
        """Whether nobody else deals with anything."""
        return self._shards is None

    def take(self, shards: Collection[int], count: int) -> bool:
        """From now on these shards of so many, and no others; whether that is new."""
        before = self._shards, self._count
        self._shards, self._count = frozenset(shards), count
        return before != (self._shards, self._count)

    def covers(self, guild_id: int) -> bool:
        """Whether that guild is in it."""
        return self._shards is None or shard_of(guild_id, self._count) in self._shards

    def rows(self, guild_id: ColumnElement[Any]) -> ColumnElement[bool]:
        """The condition that rows with that column are in it."""
        if self._shards is None:
            return true()
        # Bound, the number would be as long as the id, and PostgreSQL has no operator for that.
        shifted = guild_id.bitwise_rshift(literal_column(str(TIME_BITS), Integer))
        return (shifted % self._count).in_(sorted(self._shards))
