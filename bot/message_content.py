"""Content of a message in plain data: all that somebody says and shows, as filters weigh it.

`bot.client.content` makes it of discord.py's objects. Other than an activity it has the texts, the
files and whom it calls, those of what was forwarded among them.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.activity import ChannelPath


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file at a message; `url` is where Discord keeps it, good for about a day."""

    name: str
    size: int
    url: str
    media_type: str | None = None

    @property
    def extension(self) -> str:
        """What follows the last dot, in small letters; empty without one."""
        _, dot, end = self.name.rpartition(".")
        return end.casefold().strip() if dot else ""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom a message calls, each once; nothing that was forwarded calls anybody."""

    user_ids: frozenset[int] = frozenset()
    role_ids: frozenset[int] = frozenset()
    is_everyone: bool = False


NOBODY = Mentions()


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContent:
    """A message that somebody wrote in a guild, or the name that they gave a thread.

    `content` is what they typed; `quoted` are texts that it shows besides: of forwarded messages,
    of polls, of a bot's or webhook's embeds and components (never what Discord itself shows of a
    link, which nobody here wrote). `pictures` are the addresses of pictures in embeds. `is_own` is
    the bot's own, `is_system` what Discord wrote in somebody's name. A thread's name has no
    message, and where Discord did not say who its owner is, nothing `is_known` of them but the id.
    `edited_at` is when somebody last edited it, however long ago: not each edit is one of the text.
    """

    guild_id: int
    place: ChannelPath
    user_id: int
    message_id: int | None
    role_ids: frozenset[int] = frozenset()
    content: str = ""
    quoted: tuple[str, ...] = ()
    files: tuple[FileContent, ...] = ()
    pictures: tuple[str, ...] = ()
    mentions: Mentions = NOBODY
    is_own: bool = False
    is_bot: bool = False
    is_webhook: bool = False
    is_system: bool = False
    is_owner: bool = False
    is_edit: bool = False
    edited_at: datetime | None = None
    is_known: bool = True

    @property
    def channel_id(self) -> int:
        """Where it stands."""
        return self.place[0]

    @property
    def text(self) -> str:
        """Everything that is said, what was typed first."""
        return "\n".join((self.content, *self.quoted)) if self.quoted else self.content
