"""Listeners of the audit: entries of Discord's own log, handed to the feature in plain words."""

from collections.abc import Callable
from typing import Any

import discord
from discord.ext import commands

from bot.features.audit.hand_changes import HandChanges
from bot.features.audit.model import (
    ChannelChange,
    GrantChange,
    HandChange,
    RoleGrant,
    RolePermissionsChange,
    TimeoutChange,
)

_Action = discord.AuditLogAction
NONE = frozenset[str]()


class AuditListeners(commands.Cog):
    """Listener for what people change by hand; what the bot does is told by who made it do so."""

    def __init__(self, changes: HandChanges) -> None:
        self._changes = changes

    @commands.Cog.listener()
    async def on_audit_log_entry_create(self, entry: discord.AuditLogEntry) -> None:
        read = READ.get(entry.action)
        if read is None or entry.user_id == entry.guild.me.id:
            return
        change = read(entry)
        if change is not None:
            await self._changes.seen(change)


def timeout_of(entry: discord.AuditLogEntry) -> TimeoutChange | None:
    """A timeout or its end; None where something else of the member was changed."""
    if not hasattr(entry.changes.after, "timed_out_until"):
        return None
    return TimeoutChange(**_common(entry), ends_at=entry.changes.after.timed_out_until)


def role_of(entry: discord.AuditLogEntry) -> RolePermissionsChange | None:
    """Permissions of a role; None where something else of it was changed."""
    if not hasattr(entry.changes.after, "permissions"):
        return None
    before, after = entry.changes.before, entry.changes.after
    return RolePermissionsChange(
        **_common(entry), before=_set(before, "permissions"), after=_set(after, "permissions")
    )


def grant_of(entry: discord.AuditLogEntry) -> GrantChange:
    """Roles that somebody was given, as far as Discord's client knows them still."""
    given = getattr(entry.changes.after, "roles", ())
    roles = [one for one in given if isinstance(one, discord.Role)]
    return GrantChange(
        **_common(entry),
        roles=tuple(RoleGrant(one.id, one.name, names(one.permissions)) for one in roles),
    )


def channel_of(entry: discord.AuditLogEntry) -> ChannelChange:
    """Permissions in a channel: what is neither allowed nor denied any more is cleared."""
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


def names(permissions: discord.Permissions) -> frozenset[str]:
    """Those that are held, by Discord's names."""
    return frozenset(name for name, is_held in permissions if is_held)


READ: dict[discord.AuditLogAction, Callable[[discord.AuditLogEntry], HandChange | None]] = {
    _Action.member_update: timeout_of,
    _Action.role_update: role_of,
    _Action.member_role_update: grant_of,
    _Action.overwrite_create: channel_of,
    _Action.overwrite_update: channel_of,
    _Action.overwrite_delete: channel_of,
}


def _set(diff: discord.AuditLogDiff, key: str) -> frozenset[str]:
    held = getattr(diff, key, None)
    return names(held) if isinstance(held, discord.Permissions) else NONE


def _common(entry: discord.AuditLogEntry) -> dict[str, Any]:
    target, user = entry.target, entry.user
    target_id = int(getattr(target, "id", 0))
    return {
        "guild_id": entry.guild.id,
        "entry_id": entry.id,
        "actor_id": entry.user_id,
        "actor_name": str(entry.user_id) if user is None else user.name,
        "target_id": target_id,
        "target_name": getattr(target, "name", None) or str(target_id),
        "reason": entry.reason,
    }
