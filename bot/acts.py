"""Who does things, in plain ids: what the features know of Discord's people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting in a guild, as the cog saw them."""

    guild_id: int
    user_id: int
    name: str
