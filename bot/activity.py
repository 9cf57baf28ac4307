"""Activity of people in plain ids: what they write and where they talk, as features weigh it.

`bot.client.activity` makes these of discord.py's objects: a message as it comes, the voice
channels when somebody asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

ChannelPath = tuple[int, ...]
"""A channel and what it stands in, the innermost first: a thread, its channel, the category."""


@dataclass(frozen=True, slots=True)
class MessageActivity:
    """A message that somebody wrote in a guild.

    `content` is None where the bot may not read what people write; `files` counts attachments and
    stickers. `is_bot` holds for bots and webhooks, `is_system` for what Discord itself wrote in
    somebody's name, such as a welcome or a pin.
    """

    message_id: int
    guild_id: int
    place: ChannelPath
    user_id: int
    is_bot: bool
    is_system: bool
    role_ids: frozenset[int]
    content: str | None
    files: int

    @property
    def channel_id(self) -> int:
        """Where it stands."""
        return self.place[0]


@dataclass(frozen=True, slots=True)
class VoicePerson:
    """Somebody in a voice channel; `is_muted` also of whoever only listens on a stage."""

    user_id: int
    is_bot: bool
    is_muted: bool
    is_deafened: bool
    role_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class VoiceActivity:
    """A voice channel with people in it; `is_afk` where the guild puts those who are away."""

    guild_id: int
    place: ChannelPath
    people: tuple[VoicePerson, ...]
    is_afk: bool = False

    @property
    def channel_id(self) -> int:
        """Where they are."""
        return self.place[0]


class SeesActivity(Protocol):
    """Reads of what goes on, from memory: never later than the gateway tells it."""

    def guild_ids(self) -> Sequence[int]:
        """The guilds that this process sees."""
        ...

    def voices(self, guild_id: int) -> Sequence[VoiceActivity]:
        """The guild's voice channels with people in them; none of a guild that is not in sight."""
        ...
