"""Snapshots in plain ids, of Discord's objects and of a case: what the features know of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

AuditAction = Literal["ban", "unban", "kick", "prune"]

RoleRank = tuple[int, int]
"""Rank of a role among the guild's: the greater one stands above."""

_CASE_MARK = re.compile(r"\[case (\d+)\]")


def rank_of(position: int, role_id: int) -> RoleRank:
    """Of two roles at one position the older one, of the lower id, stands above.

    Source: Discord's reference of permissions, "Permission Hierarchy", as discord.py orders roles.
    """
    return position, -role_id


def case_mark(number: int) -> str:
    """Mark of a case: how everything that it does on Discord begins its reason there."""
    return f"[case {number}]"


def marked_case(reason: str | None) -> int | None:
    """The number of the case whose mark begins a reason; None without one."""
    found = _CASE_MARK.match(reason or "")
    return None if found is None else int(found[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSeen:
    """A case, as other features see it; its state is `active` while it has effect."""

    id: int
    guild_id: int
    number: int
    type: str
    user_id: int
    username: str
    reason: str | None
    state: str
    created_at: datetime
    expires_at: datetime | None = None

    @property
    def said(self) -> str | None:
        """The reason as people read it: one that the bot gave by itself, in their language."""
        return self.reason

    @property
    def is_final(self) -> bool:
        """Whether the staff decided that it cannot be appealed."""
        return False


@dataclass(frozen=True, slots=True)
class Account:
    """A Discord account; `username` is the account's, never a nickname."""

    user_id: int
    username: str
    is_bot: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Standing of a member in a guild: all that questions of rank go by.

    `top_role` is the position of the highest role, 0 without one, `top_role_id` its id;
    `permissions` are Discord's names of those held in the whole guild, `administrator` standing
    for all.
    """

    account: Account
    top_role: int
    is_owner: bool
    permissions: frozenset[str]
    top_role_id: int = 0

    @property
    def rank(self) -> RoleRank:
        """What tells who stands above whom."""
        return rank_of(self.top_role, self.top_role_id)

    def may(self, permission: str) -> bool:
        return bool({permission, "administrator"} & self.permissions) or self.is_owner


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """A member as Discord tells now; `joined_at` tells one visit from another."""

    role_ids: frozenset[int]
    timed_out_until: datetime | None
    joined_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class GuildSeen:
    """A guild as it presents itself."""

    guild_id: int
    name: str
    icon_url: str | None
    member_count: int = 0
    locale: str = "en-US"
    emoji_ids: frozenset[int] = frozenset()
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class RoleSeen:
    """A role of a guild; `is_managed` belongs to a bot or a service, and nobody can give it."""

    name: str
    position: int
    is_managed: bool = False


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """A message of a channel's history."""

    message_id: int
    author_id: int
    by_bot: bool
    content: str
    attachments: int
    created_at: datetime
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """An account as a signal shows it; `username` is the account's, never a nickname."""

    guild_id: int
    user_id: int
    username: str
    is_bot: bool

    @property
    def key(self) -> tuple[int, int]:
        return self.guild_id, self.user_id


@dataclass(frozen=True, slots=True)
class Present:
    """A member of a guild, seen or remembered."""

    person: Person
    joined_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditSeen:
    """An entry of Discord's audit log about a member; a prune has a count and no target.

    `target` is there where Discord still knew the account, `by_us` where the bot did it.
    """

    guild_id: int
    entry_id: int
    action: AuditAction
    target_id: int | None
    moderator_id: int | None
    reason: str | None
    count: int = 1
    target: Person | None = None
    by_us: bool = False

    @property
    def is_echo(self) -> bool:
        """Whether it is the bot's own act, done for a case, whose facts the case tells."""
        return self.by_us and marked_case(self.reason) is not None


@dataclass(frozen=True, slots=True)
class Banned:
    """Somebody on a guild's ban list."""

    person: Person
    reason: str | None


@dataclass(frozen=True, slots=True)
class Invite:
    """An invite and how often it was used; the vanity address is one without inviter or limit."""

    code: str
    uses: int
    max_uses: int = 0
    inviter_id: int | None = None
    expires_at: datetime | None = None


Invites = Mapping[str, Invite]
"""A guild's invites by code, the vanity address among them."""
