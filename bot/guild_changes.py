"""Guild changes by hand as Discord's own audit log tells them; each kind says what is new."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from bot.snapshots import AuditSeen

MemberFate = Literal["banned", "unbanned", "kicked", "pruned"]
ConnectionKind = Literal["bot", "integration", "webhook"]
ConnectionTurn = Literal["added", "changed", "removed"]
Guarded = Literal["verification_level", "two_factor", "content_filter", "owner"]
"""What of a guild's own settings protects it."""

NO_PERMISSIONS = frozenset[str]()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandChange:
    """A change by hand, as Discord's audit log tells it; a prune has no target."""

    guild_id: int
    entry_id: int  # Discord's, which may be told twice
    actor_id: int | None
    actor_name: str
    target_id: int
    target_name: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeoutChange(HandChange):
    """A timeout that began or, without an end, was lifted."""

    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChange(HandChange):
    """A ban, its end, a kick, or a prune of so many."""

    fate: MemberFate
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RolePermissionsChange(HandChange):
    """Permissions of a role, before and after; a new one had none before."""

    before: frozenset[str]
    after: frozenset[str]
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class RoleGrant:
    """A role that somebody was given, with what it lets them do."""

    role_id: int
    name: str
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantChange(HandChange):
    """Roles that somebody was given."""

    roles: tuple[RoleGrant, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChange(HandChange):
    """Permissions of a channel for a role or a member, those that are other than before."""

    subject_id: int
    is_role: bool
    allowed: frozenset[str] = NO_PERMISSIONS
    denied: frozenset[str] = NO_PERMISSIONS
    cleared: frozenset[str] = NO_PERMISSIONS  # as the server's roles have it again


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionChange(HandChange):
    """A bot, an integration or a webhook; of a bot `permissions` are what it may do now."""

    connection: ConnectionKind
    turn: ConnectionTurn
    permissions: frozenset[str] = NO_PERMISSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovalChange(HandChange):
    """A channel or a role that is gone."""

    of: Literal["channel", "role"]


@dataclass(frozen=True, slots=True)
class GuardChange:
    """What of the guild protects it, before and after: a level, or the owner's id."""

    of: Guarded
    old: int
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildChange(HandChange):
    """Settings of the guild itself that protect it."""

    guards: tuple[GuardChange, ...]


@dataclass(frozen=True, slots=True)
class AuditLogSeen:
    """Discord's log since an entry, oldest first: what became of members, and what else was done.

    `newest_id` is that of the last entry of any kind; None where there is none. Where it `is_cut`
    there is more, and newer.
    """

    entries: Sequence[AuditSeen] = field(default_factory=tuple[AuditSeen, ...])
    changes: Sequence[HandChange] = field(default_factory=tuple[HandChange, ...])
    newest_id: int | None = None
    is_cut: bool = False


class SeesAuditLog(Protocol):
    """Reads of Discord's log; they raise ActRefused, Gone or ActUnknown."""

    async def audit_log(self, guild_id: int, after_id: int | None) -> AuditLogSeen:
        """All of it since that entry, oldest first; without one, the newest entry alone."""
        ...
