"""Model of the audit: what people change by hand in Discord, and the entry that tells it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.catalogue.base import utc_text
from bot.catalogue.security import AuditDraft, Severity

ADMINISTRATOR = "administrator"
DANGEROUS = frozenset(
    {
        ADMINISTRATOR,
        "ban_members",
        "kick_members",
        "manage_channels",
        "manage_guild",
        "manage_messages",
        "manage_roles",
        "manage_webhooks",
        "mention_everyone",
        "moderate_members",
    }
)
"""Permissions with which somebody can do harm to a server, by Discord's names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandChange:
    """A change by hand, as Discord's audit log tells it; each kind says what is new in it."""

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
class RolePermissionsChange(HandChange):
    """Permissions of a role, before and after."""

    before: frozenset[str]
    after: frozenset[str]


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
    allowed: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()  # as the server's roles have it again


def draft_of(change: HandChange) -> AuditDraft | None:
    """The entry about it; None where nothing in it is worth one."""
    match change:
        case TimeoutChange():
            return _timeout(change)
        case RolePermissionsChange():
            return _role(change)
        case GrantChange():
            return _grant(change)
        case ChannelChange():
            return _channel(change)
        case _:
            return None


def _timeout(change: TimeoutChange) -> AuditDraft:
    who, whom = change.actor_name, change.target_name
    if change.ends_at is None:
        said, done = f"{who} lifted the timeout of {whom} by hand.", "member.timeout_lifted"
        return _draft(change, done, said, "user", expires_at=None)
    until = utc_text(change.ends_at)
    said = f"{who} timed {whom} out by hand until {until}."
    return _draft(change, "member.timed_out", said, "user", expires_at=until)


def _role(change: RolePermissionsChange) -> AuditDraft | None:
    added, removed = change.after - change.before, change.before - change.after
    if not added and not removed:
        return None
    said = f"{change.actor_name} changed what the role “{change.target_name}” may do"
    return _draft(
        change,
        "role.permissions_changed",
        f"{said}: {_listed(added=added, removed=removed)}.",
        "role",
        _severity(added),
        added=sorted(added),
        removed=sorted(removed),
    )


def _grant(change: GrantChange) -> AuditDraft | None:
    given = [one for one in change.roles if one.permissions & DANGEROUS]
    if not given:
        return None
    held = frozenset[str]().union(*(one.permissions & DANGEROUS for one in given))
    names = ", ".join(f"“{one.name}”" for one in given)
    return _draft(
        change,
        "member.dangerous_role_given",
        f"{change.actor_name} gave {change.target_name} {names}: {', '.join(sorted(held))}.",
        "user",
        _severity(held),
        roles=[{"id": str(one.role_id), "name": one.name} for one in given],
        permissions=sorted(held),
    )


def _channel(change: ChannelChange) -> AuditDraft | None:
    parts = {"allowed": change.allowed, "denied": change.denied, "cleared": change.cleared}
    if not any(parts.values()):
        return None
    kind = "role" if change.is_role else "user"
    said = f"{change.actor_name} changed the permissions of {kind} {change.subject_id}"
    return _draft(
        change,
        "channel.permissions_changed",
        f"{said} in “{change.target_name}”: {_listed(**parts)}.",
        "channel",
        _severity(change.allowed),
        subject={"type": kind, "id": str(change.subject_id)},
        **{name: sorted(part) for name, part in parts.items()},
    )


def _draft(
    change: HandChange,
    event_type: str,
    summary: str,
    target_type: str,
    severity: Severity = "info",
    **context: Any,
) -> AuditDraft:
    return AuditDraft(
        guild_id=change.guild_id,
        event_type=event_type,
        summary=summary,
        target_type=target_type,
        target_id=str(change.target_id),
        actor_id=change.actor_id,
        actor_name=change.actor_name,
        source="discord",
        severity=severity,
        context={"name": change.target_name, "reason": change.reason, **context},
    )


def _severity(gained: Collection[str]) -> Severity:
    """How much it matters that somebody may do that now."""
    if ADMINISTRATOR in gained:
        return "critical"
    return "warn" if DANGEROUS & set(gained) else "info"


def _listed(**parts: Collection[str]) -> str:
    """`added ban_members, kick_members; removed speak`, as much of it as there is."""
    return "; ".join(f"{name} {', '.join(sorted(part))}" for name, part in parts.items() if part)
