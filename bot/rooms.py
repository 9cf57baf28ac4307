"""Rooms in plain ids: private channels and threads, who sees them, and what stands in them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

CATEGORY_LIMIT = 50  # channels of a category (source: Discord's reference, "Channel Object")
GUILD_LIMIT = 500  # channels of a server


@dataclass(frozen=True, slots=True)
class Guest:
    """A person, or a role's people, whom a room lets in.

    The role of everybody has the guild's id. `role_ids` are a person's, where they are known.
    """

    id: int
    is_role: bool = False
    may_write: bool = True
    role_ids: frozenset[int] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A room to be made: a channel of the category `parent_id`, or a thread of that channel.

    Nobody sees it but its guests, the bot, and whoever is an administrator.
    """

    name: str
    parent_id: int | None
    is_thread: bool = False
    topic: str = ""
    guests: tuple[Guest, ...] = ()


@dataclass(frozen=True, slots=True)
class RoomSeen:
    """A room as it is now; `is_public` where everybody may look into it.

    Its guests, the bot not among them, are None where nobody asked for them.
    """

    channel_id: int
    name: str
    parent_id: int | None
    is_thread: bool = False
    is_public: bool = False
    is_shut: bool = False
    guests: tuple[Guest, ...] | None = None


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file at a message, where Discord keeps it; its address is good for about a day."""

    file_id: int
    name: str
    size: int
    url: str
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote a message, as they were called then."""

    user_id: int
    name: str
    avatar_url: str | None = None
    is_bot: bool = False
    role_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Writing:
    """A message in whole; `content` is None where the bot may not read what people write.

    `embeds` are Discord's own objects; a card is made of components, whose text is its content.
    """

    message_id: int
    guild_id: int
    channel_id: int
    writer: Writer
    content: str | None
    written_at: datetime
    edited_at: datetime | None = None
    reply_to_id: int | None = None
    files: tuple[FileSeen, ...] = ()
    embeds: Sequence[Mapping[str, Any]] = ()
    reactions: Mapping[str, int] = field(default_factory=dict[str, int])
    is_own: bool = False
    is_system: bool = False
    is_card: bool = False


class RoomActs(Protocol):
    """Private channels and threads of the bot's; everything fails in the same ways."""

    async def make_room(self, guild_id: int, plan: RoomPlan, *, reason: str) -> int:
        """Make it with its guests in it; its id. ActRefused where no more channels fit."""
        ...

    async def find_rooms(
        self, guild_id: int, plan: RoomPlan, *, since: datetime, anew: bool = False
    ) -> list[int]:
        """Those of the bot's that were made by that plan since then, oldest first.

        `anew` asks Discord: of a room whose making got no answer memory may never hear.
        """
        ...

    async def room(self, guild_id: int, channel_id: int, *, anew: bool = False) -> RoomSeen:
        """A channel or thread as it is; Gone where there is none.

        `anew` asks Discord, also for the guests of a thread: memory is behind the bot's own acts.
        """
        ...

    def channels_in(self, guild_id: int, category_id: int | None) -> int:
        """How many channels a category has, or the whole guild, from memory."""
        ...

    async def admit(self, guild_id: int, channel_id: int, guest: Guest, *, reason: str) -> None:
        """Let somebody in; a thread takes people alone."""
        ...

    async def shut_out(self, guild_id: int, channel_id: int, guest: Guest, *, reason: str) -> None:
        """Take that back; from everybody too."""
        ...

    async def shut_room(
        self, guild_id: int, channel_id: int, guests: Sequence[Guest], *, shut: bool, reason: str
    ) -> None:
        """Let the guests write there no more, or again; a thread is locked and put away."""
        ...

    async def rename_room(self, guild_id: int, channel_id: int, name: str, *, reason: str) -> None:
        """Give it another name; Discord takes two in ten minutes."""
        ...

    async def move_room(
        self, guild_id: int, channel_id: int, category_id: int, *, reason: str
    ) -> None:
        """Put a channel into another category; its guests stay as they are."""
        ...

    async def delete_room(self, guild_id: int, channel_id: int, *, reason: str) -> None:
        """Delete it with all that was written there."""
        ...

    async def pin(self, guild_id: int, channel_id: int, message_id: int, *, reason: str) -> None:
        """Pin a message."""
        ...

    def writings(
        self, guild_id: int, channel_id: int, *, after_id: int | None
    ) -> AsyncIterator[Writing]:
        """A channel's messages in whole since that one, oldest first."""
        ...

    async def read_file(self, url: str, *, most: int) -> bytes:
        """The bytes of a file of Discord's; Gone where it is no more, ActRefused above `most`."""
        ...
