"""Model of the audit: the entry that tells what people change by hand in Discord."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from bot.catalogue.base import utc_text
from bot.catalogue.security import AuditDraft, Severity
from bot.guild_changes import (
    ChannelChange,
    ConnectionChange,
    GrantChange,
    GuardChange,
    GuildChange,
    HandChange,
    MemberChange,
    RemovalChange,
    RolePermissionsChange,
    TimeoutChange,
)

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
FATES = {
    "banned": "{who} banned {whom} by hand.",
    "unbanned": "{who} lifted the ban of {whom} by hand.",
    "kicked": "{who} kicked {whom} by hand.",
    "pruned": "{who} pruned {count} members by hand.",
}
GUARDS = {
    "verification_level": "the verification level",
    "two_factor": "two-factor authentication for moderation",
    "content_filter": "the filter of explicit content",
    "owner": "the owner",
}
LEVELS: dict[str, Sequence[str]] = {
    "verification_level": ("none", "low", "medium", "high", "highest"),
    "two_factor": ("off", "on"),
    "content_filter": ("off", "members without roles", "everybody"),
}
"""Discord's levels, from 0 on (source: its reference of the guild object)."""
SEVERITIES: tuple[Severity, ...] = ("info", "warn", "critical")
"""From what matters least on."""


def draft_of(change: HandChange) -> AuditDraft | None:
    """The entry about it; None where nothing in it is worth one."""
    for kind, told in TOLD.items():
        if isinstance(change, kind):
            return told(change)
    return None


def reaches(severity: Severity, least: Severity) -> bool:
    """Whether it matters at least that much."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(least)


def severity_of(text: str | None) -> Severity | None:
    """The severity of that name; None without one."""
    return next((one for one in SEVERITIES if one == text), None)


def is_about_audit(draft: AuditDraft) -> bool:
    """Whether somebody changed what of the audit is told: nobody turns that off unseen."""
    return draft.event_type == "settings.changed" and (draft.target_id or "").startswith("audit.")


def _timeout(change: TimeoutChange) -> AuditDraft:
    who, whom = change.actor_name, change.target_name
    if change.ends_at is None:
        said, done = f"{who} lifted the timeout of {whom} by hand.", "member.timeout_lifted"
        return _draft(change, done, said, "user", expires_at=None)
    until = utc_text(change.ends_at)
    said = f"{who} timed {whom} out by hand until {until}."
    return _draft(change, "member.timed_out", said, "user", expires_at=until)


def _fate(change: MemberChange) -> AuditDraft:
    said = FATES[change.fate].format(
        who=change.actor_name, whom=change.target_name, count=change.count
    )
    is_prune = change.fate == "pruned"
    severity: Severity = "warn" if is_prune else "info"
    more = {"count": change.count} if is_prune else {}
    target = "guild" if is_prune else "user"
    return _draft(change, f"member.{change.fate}_by_hand", said, target, severity, **more)


def _role(change: RolePermissionsChange) -> AuditDraft | None:
    added, removed = change.after - change.before, change.before - change.after
    if change.is_new:
        return _new_role(change) if change.after & DANGEROUS else None
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


def _new_role(change: RolePermissionsChange) -> AuditDraft:
    held = sorted(change.after & DANGEROUS)
    said = f"{change.actor_name} made the role “{change.target_name}”: {', '.join(held)}."
    severity = _severity(change.after)
    return _draft(change, "role.dangerous_created", said, "role", severity, permissions=held)


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


def _connection(change: ConnectionChange) -> AuditDraft:
    held = sorted(change.permissions & DANGEROUS)
    said = f"{change.actor_name} {change.turn} the {change.connection} “{change.target_name}”"
    severity: Severity = "info"
    if change.turn == "added":
        severity = "critical" if ADMINISTRATOR in held else "warn"
    more = {"permissions": held} if change.connection == "bot" else {}
    detail = f": {', '.join(held)}" if held else ""
    kind = f"{change.connection}.{change.turn}"
    return _draft(change, kind, f"{said}{detail}.", change.connection, severity, **more)


def _removal(change: RemovalChange) -> AuditDraft:
    said = f"{change.actor_name} deleted the {change.of} “{change.target_name}” by hand."
    return _draft(change, f"{change.of}.deleted_by_hand", said, change.of, "warn")


def _guild(change: GuildChange) -> AuditDraft:
    """One entry for all that was changed at once, as bad as the worst of it."""
    guards = change.guards
    weights = {_weight(one) for one in guards}
    severity: Severity = next(one for one in reversed(SEVERITIES) if one in weights)
    said = ", ".join(
        f"{GUARDS[one.of]} from {_named(one, one.old)} to {_named(one, one.new)}" for one in guards
    )
    return _draft(
        change,
        f"guild.{_way(guards)}",
        f"{change.actor_name} changed {said}.",
        "guild",
        severity,
        changes={
            one.of: {"old": _named(one, one.old), "new": _named(one, one.new)} for one in guards
        },
    )


def _way(guards: Sequence[GuardChange]) -> str:
    """What is told of it: that it is less than before comes before all else."""
    levels = [one for one in guards if one.of != "owner"]
    if any(one.new < one.old for one in levels):
        return "security_lowered"
    return "owner_changed" if len(levels) < len(guards) else "security_raised"


def _weight(guard: GuardChange) -> Severity:
    """How much it matters: less than before of what protects, or another owner."""
    if guard.of == "owner":
        return "critical"
    if guard.new >= guard.old:
        return "info"
    return "critical" if guard.of == "two_factor" else "warn"


def _named(guard: GuardChange, value: int) -> str:
    """A level by its name; an owner, and a level of a later day, by the number."""
    names = LEVELS.get(guard.of, ())
    return names[value] if 0 <= value < len(names) else str(value)


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
        target_id=str(change.target_id) if change.target_id else None,
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


TOLD: dict[type[HandChange], Callable[[Any], AuditDraft | None]] = {
    TimeoutChange: _timeout,
    MemberChange: _fate,
    RolePermissionsChange: _role,
    GrantChange: _grant,
    ChannelChange: _channel,
    ConnectionChange: _connection,
    RemovalChange: _removal,
    GuildChange: _guild,
}
