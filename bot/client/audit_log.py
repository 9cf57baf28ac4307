"""Audit log of Discord's, read into changes by hand; what the bot did itself is told elsewhere."""

from collections.abc import Callable
from typing import Any

import discord

from bot.client.snapshots import ACTIONS, audit_seen
from bot.guild_changes import (
    NO_PERMISSIONS,
    ChannelChange,
    ConnectionChange,
    ConnectionKind,
    ConnectionTurn,
    GrantChange,
    GuardChange,
    Guarded,
    GuildChange,
    HandChange,
    MemberChange,
    MemberFate,
    RemovalChange,
    RoleGrant,
    RolePermissionsChange,
    TimeoutChange,
)
from bot.snapshots import AuditAction

_Action = discord.AuditLogAction
_Entry = discord.AuditLogEntry

FATES: dict[AuditAction, MemberFate] = {
    "ban": "banned",
    "unban": "unbanned",
    "kick": "kicked",
    "prune": "pruned",
}
GUARDS: dict[str, Guarded] = {
    "verification_level": "verification_level",
    "mfa_level": "two_factor",
    "explicit_content_filter": "content_filter",
    "owner": "owner",
}
"""What of a guild protects it, by discord.py's names."""
CONNECTIONS: dict[discord.AuditLogAction, tuple[ConnectionKind, ConnectionTurn]] = {
    _Action.bot_add: ("bot", "added"),
    _Action.integration_create: ("integration", "added"),
    _Action.integration_update: ("integration", "changed"),
    _Action.integration_delete: ("integration", "removed"),
    _Action.webhook_create: ("webhook", "added"),
    _Action.webhook_update: ("webhook", "changed"),
    _Action.webhook_delete: ("webhook", "removed"),
}


def change_of(entry: discord.AuditLogEntry) -> HandChange | None:
    """What was done by hand; None for what the bot did, and for what nobody wants to know."""
    read = READ.get(entry.action)
    if read is None or entry.user_id == entry.guild.me.id:
        return None
    return read(entry)


def _timeout(entry: _Entry) -> TimeoutChange | None:
    """None where something else of the member was changed."""
    if not hasattr(entry.changes.after, "timed_out_until"):
        return None
    return TimeoutChange(**_common(entry), ends_at=entry.changes.after.timed_out_until)


def _fate(entry: _Entry) -> MemberChange:
    seen = audit_seen(entry)
    return MemberChange(**_common(entry), fate=FATES[seen.action], count=seen.count)


def _role(entry: _Entry) -> RolePermissionsChange | None:
    """None where something else of it was changed."""
    if not hasattr(entry.changes.after, "permissions"):
        return None
    before, after = entry.changes.before, entry.changes.after
    is_new = entry.action is _Action.role_create
    return RolePermissionsChange(
        **_common(entry),
        before=NO_PERMISSIONS if is_new else _set(before, "permissions"),
        after=_set(after, "permissions"),
        is_new=is_new,
    )


def _grant(entry: _Entry) -> GrantChange:
    """As far as Discord's client knows the roles still."""
    given = getattr(entry.changes.after, "roles", ())
    roles = [one for one in given if isinstance(one, discord.Role)]
    return GrantChange(
        **_common(entry),
        roles=tuple(RoleGrant(one.id, one.name, names(one.permissions)) for one in roles),
    )


def _channel(entry: _Entry) -> ChannelChange:
    """What is neither allowed nor denied any more is cleared."""
    before, after = entry.changes.before, entry.changes.after
    was_allowed, was_denied = _set(before, "allow"), _set(before, "deny")
    is_allowed, is_denied = _set(after, "allow"), _set(after, "deny")
    subject = entry.extra
    return ChannelChange(
        **_common(entry),
        subject_id=int(getattr(subject, "id", 0)),
        is_role=isinstance(subject, discord.Role) or getattr(subject, "type", None) is discord.Role,
        allowed=is_allowed - was_allowed,
        denied=is_denied - was_denied,
        cleared=((was_allowed | was_denied) - is_allowed - is_denied),
    )


def _connection(entry: _Entry) -> ConnectionChange:
    connection, turn = CONNECTIONS[entry.action]
    target = entry.target
    held = target.guild_permissions if isinstance(target, discord.Member) else None
    return ConnectionChange(
        **_common(entry),
        connection=connection,
        turn=turn,
        permissions=NO_PERMISSIONS if held is None else names(held),
    )


def _removal(entry: _Entry) -> RemovalChange:
    is_role = entry.action is _Action.role_delete
    return RemovalChange(**_common(entry), of="role" if is_role else "channel")


def _guild(entry: _Entry) -> GuildChange | None:
    """None where nothing was changed that protects the server."""
    before, after = entry.changes.before, entry.changes.after
    guards = tuple(
        GuardChange(guard, _level(getattr(before, name, None)), _level(getattr(after, name)))
        for name, guard in GUARDS.items()
        if hasattr(after, name)
    )
    return GuildChange(**_common(entry), guards=guards) if guards else None


READ: dict[discord.AuditLogAction, Callable[[_Entry], HandChange | None]] = {
    _Action.member_update: _timeout,
    _Action.role_update: _role,
    _Action.role_create: _role,
    _Action.member_role_update: _grant,
    _Action.overwrite_create: _channel,
    _Action.overwrite_update: _channel,
    _Action.overwrite_delete: _channel,
    _Action.role_delete: _removal,
    _Action.channel_delete: _removal,
    _Action.guild_update: _guild,
    **dict.fromkeys(ACTIONS, _fate),
    **dict.fromkeys(CONNECTIONS, _connection),
}


def names(permissions: discord.Permissions) -> frozenset[str]:
    """Those that are held, by Discord's names."""
    return frozenset(name for name, is_held in permissions if is_held)


def _set(diff: discord.AuditLogDiff, key: str) -> frozenset[str]:
    held = getattr(diff, key, None)
    return names(held) if isinstance(held, discord.Permissions) else NO_PERMISSIONS


def _level(value: Any) -> int:
    """A level's number, or an account's id; 0 for nothing."""
    number = getattr(value, "id", getattr(value, "value", value))
    return number if isinstance(number, int) else 0


def _common(entry: _Entry) -> dict[str, Any]:
    target, user = entry.target, entry.user
    target_id = int(getattr(target, "id", 0) or 0)
    return {
        "guild_id": entry.guild.id,
        "entry_id": entry.id,
        "actor_id": entry.user_id,
        "actor_name": str(entry.user_id) if user is None else user.name,
        "target_id": target_id,
        "target_name": _named(entry) or str(target_id),
        "reason": entry.reason,
    }


def _named(entry: _Entry) -> str | None:
    """The target's name; of what is gone the log alone still has it."""
    for holder in (entry.target, entry.changes.before, entry.changes.after):
        name = getattr(holder, "name", None)
        if isinstance(name, str) and name:
            return name
    return None
