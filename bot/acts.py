"""Acts, the Discord port: everything that is done or asked on Discord, in plain ids.

`bot.client` has the one adapter, which the client connects. There are three ways to fail.
"""

from collections.abc import AsyncIterator, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, Protocol

from bot.activity import SeesActivity
from bot.controls import Post
from bot.guild_changes import SeesAuditLog
from bot.native_rules import NativeActs
from bot.people import SeesPeople
from bot.rooms import RoomActs
from bot.snapshots import (
    Account,
    AuditSeen,
    Banned,
    GuildSeen,
    Invites,
    MemberSeen,
    MessageSeen,
    Present,
    RoleSeen,
    Standing,
)
from bot.structure import StructureActs
from bot.surroundings import SeesSurroundings
from bot.texts import use


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting in a guild, as the cog or the page saw them."""

    guild_id: int
    user_id: int
    name: str
    source: Literal["bot", "dashboard"] = field(default="bot", kw_only=True)
    """Where they act, for the audit log."""


class ActFailed(Exception):
    """Discord did not do it; the words are Discord's, for the log and for staff."""


class ActRefused(ActFailed):
    """Refused for good: a permission or a role is in the way, or the thing is not there."""


class Barred(ActRefused):
    """Failure where a permission of the bot's is missing: no other thing there fares better."""


class ActUnknown(ActFailed):
    """No answer that tells: it may have happened, and may be asked again."""


class Gone(ActRefused):
    """Failure where the thing is not there: not a member, not banned, a deleted channel."""


class Outcome(StrEnum):
    """What came of a message of the bot's."""

    SENT = "sent"
    REFUSED = "refused"  # they take none, or a permission, or the channel, is missing
    LATE = "late"  # no answer within its time


@dataclass(frozen=True, slots=True)
class RoleChange:
    """Roles to give and to take, never a whole list."""

    give: Collection[int] = field(default_factory=tuple[int, ...])
    take: Collection[int] = field(default_factory=tuple[int, ...])


class DiscordLink(Protocol):
    """Connection to Discord, as far as it matters to what goes by time."""

    @property
    def is_connected(self) -> bool:
        """Whether there is a client that knows its guilds, and hears of them."""
        ...

    @property
    def sessions(self) -> int:
        """How often it was connected, anew or again: in between nobody could press anything."""
        ...

    def hears(self, guild_id: int) -> bool:
        """Whether the gateway tells this process now what happens in that guild."""
        ...


class KnowsGuilds(Protocol):
    """Guilds of which this process hears nothing by itself."""

    async def know(self, guild_id: int) -> None:
        """Let memory know a guild of which another process hears, as it was within a minute.

        What is not awaited (`guild`, `own_standing`, `roles`, `channels`, `plan` and `standing` of
        whoever was met) says nothing of such a guild before, nor long after. Who is in voice there,
        and everybody who is a member, only that other process knows. ActUnknown without an answer.
        """
        ...


class Sees(DiscordLink, KnowsGuilds, Protocol):
    """Reads of Discord; what is awaited raises ActRefused, Gone or ActUnknown."""

    def guild(self, guild_id: int) -> GuildSeen | None:
        """The guild, where the bot is in it."""
        ...

    def standing(self, guild_id: int, user_id: int) -> Standing | None:
        """A member's standing, from memory; None for whoever is no member."""
        ...

    async def meet(self, guild_id: int, *user_ids: int) -> None:
        """Let `standing` know these, also in a guild whose members are too many to remember."""
        ...

    async def standing_now(self, guild_id: int, user_id: int) -> Standing | None:
        """The same as Discord tells now."""
        ...

    def own_standing(self, guild_id: int) -> Standing | None:
        """The bot's own."""
        ...

    def roles(self, guild_id: int) -> Mapping[int, RoleSeen]:
        """The guild's roles by id, from memory, without the one that everybody has."""
        ...

    def channels(self, guild_id: int) -> Collection[int]:
        """The ids of the guild's channels and categories, from memory."""
        ...

    async def account(self, user_id: int) -> Account:
        """Anybody's account; Gone where there is none."""
        ...

    async def member(self, guild_id: int, user_id: int) -> MemberSeen | None:
        """A member as Discord tells now; None for whoever is no member."""
        ...

    async def is_banned(self, guild_id: int, user_id: int) -> bool:
        """Whether the ban list holds them."""
        ...

    async def ban_reason(self, guild_id: int, user_id: int) -> str | None:
        """What was given as the reason of the ban that stands; Gone where there is none."""
        ...

    async def members(self, guild_id: int) -> Mapping[int, Present]:
        """All members but the bot itself; ActUnknown where the list is not complete."""
        ...

    async def bans(self, guild_id: int) -> Mapping[int, Banned]:
        """The whole ban list."""
        ...

    async def audit_entries(self, guild_id: int, after_id: int | None) -> list[AuditSeen]:
        """The log's entries about members since that one, oldest first; without one, the newest."""
        ...

    async def invites(self, guild_id: int) -> Invites:
        """Every invite with its uses, the vanity address among them."""
        ...


class MessageActs(Protocol):
    """What the bot writes, and what it does with others' messages; it fails in the same ways."""

    async def send(self, guild_id: int, channel_id: int, post: Post) -> int:
        """Write into a channel; the message's id."""
        ...

    async def redraw(self, guild_id: int, channel_id: int, message_id: int, post: Post) -> None:
        """Replace a message of the bot's."""
        ...

    async def find(
        self, guild_id: int, channel_id: int, fingerprints: Collection[str], *, since: datetime
    ) -> list[int]:
        """The bot's own messages since then that have one of these, oldest first; their ids."""
        ...

    async def tell(self, user_id: int, post: Post) -> int:
        """Write a direct message; its id. ActRefused where they take none."""
        ...

    async def retell(self, user_id: int, message_id: int, post: Post) -> None:
        """Replace a direct message."""
        ...

    async def untell(self, user_id: int, message_id: int) -> None:
        """Delete a direct message."""
        ...

    async def find_told(
        self, user_id: int, fingerprints: Collection[str], *, since: datetime
    ) -> list[int]:
        """The same among the direct messages to that person."""
        ...

    def fingerprint(self, post: Post) -> str:
        """What tells a message from the bot's others: its whole text, whatever its whitespace."""
        ...

    def history(
        self, guild_id: int, channel_id: int, *, before: datetime | None, after: datetime | None
    ) -> AsyncIterator[MessageSeen]:
        """A channel's messages, newest first."""
        ...

    async def delete_messages(
        self, guild_id: int, channel_id: int, message_ids: Sequence[int], *, reason: str
    ) -> None:
        """Delete up to a hundred messages; those already gone count as deleted."""
        ...


class Acts(
    Sees,
    SeesActivity,
    SeesPeople,
    SeesAuditLog,
    SeesSurroundings,
    MessageActs,
    RoomActs,
    NativeActs,
    StructureActs,
    Protocol,
):
    """Each call raises ActRefused, Gone or ActUnknown; `reason` is shown in Discord's audit log."""

    async def ban(self, guild_id: int, user_id: int, *, reason: str, delete_seconds: int) -> None:
        """Ban, member or not, and delete what they wrote in so many seconds (7 days at most)."""
        ...

    async def ban_many(
        self, guild_id: int, user_ids: Collection[int], *, reason: str, delete_seconds: int
    ) -> frozenset[int]:
        """Ban up to 200 by one call; those whom it banned, who were not banned before."""
        ...

    async def unban(self, guild_id: int, user_id: int, *, reason: str) -> None:
        """Lift a ban; Gone where there is none."""
        ...

    async def kick(self, guild_id: int, user_id: int, *, reason: str) -> None:
        """Remove a member; Gone where they are none."""
        ...

    async def timeout(
        self, guild_id: int, user_id: int, *, until: datetime | None, reason: str
    ) -> None:
        """Time a member out for at most 28 days, or end it with None."""
        ...

    async def silence(self, guild_id: int, channel_id: int, role_id: int, *, reason: str) -> None:
        """Deny a role to write, react and speak in a channel, where it is not denied already."""
        ...

    async def change_roles(
        self, guild_id: int, user_id: int, change: RoleChange, *, reason: str
    ) -> None:
        """Give and take roles, one by one."""
        ...

    async def invite(
        self, guild_id: int, channel_id: int, *, uses: int, lasts: timedelta, reason: str
    ) -> str:
        """Make a new invite into a channel; its address."""
        ...


def is_deaf(acts: Sees, guild_id: int) -> bool:
    """Whether the bot is there, and nothing tells this process what happens: silence is no sign."""
    return acts.guild(guild_id) is not None and not acts.hears(guild_id)


@contextmanager
def spoken_in(acts: Sees, guild_id: int) -> Generator[None]:
    """Texts within are in the guild's language: those kept for its log, whoever asked for it."""
    guild = acts.guild(guild_id)
    with use(None if guild is None else guild.locale):
        yield
