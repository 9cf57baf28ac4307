"""What the feature asks of Discord; the cog answers, in plain ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.errors import HeraldError
from bot.features.members.invite_counts import Invites
from bot.features.members.model import AuditSeen, Person, Present


class CannotLook(HeraldError):
    """Discord refused or failed: nothing is known, which is not the same as "there is nothing"."""


class CannotSay(HeraldError):
    """The channel is gone or closed to the bot."""


@dataclass(frozen=True, slots=True)
class Banned:
    """Somebody on a guild's ban list."""

    person: Person
    reason: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A guild as a greeting names it."""

    name: str
    count: int


class Looks(Protocol):
    """A look at one guild; each raises CannotLook where the right is missing or Discord fails."""

    def reads_log(self, guild_id: int) -> bool:
        """Whether the bot may see the guild's audit log."""
        ...

    def sees_invites(self, guild_id: int) -> bool:
        """Whether the bot may see how often invites were used."""
        ...

    async def members(self, guild_id: int) -> Mapping[int, Present]:
        """All members but the bot itself; CannotLook where the list is not complete."""
        ...

    async def bans(self, guild_id: int) -> Mapping[int, Banned]:
        """The whole ban list."""
        ...

    async def entries(self, guild_id: int, after_id: int | None) -> list[AuditSeen]:
        """The log's entries about members since that one, oldest first; without one, the newest."""
        ...

    async def invites(self, guild_id: int) -> Invites:
        """Every invite with its uses, the vanity address among them."""
        ...

    def place(self, guild_id: int) -> Place | None:
        """The guild's name and number of members."""
        ...

    async def say(
        self, guild_id: int, channel_id: int, text: str, *, pinged_id: int | None
    ) -> None:
        """Write into a channel, pinging that one person at most; CannotSay where it cannot."""
        ...
