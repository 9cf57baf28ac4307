"""Entries of Discord's audit log that may be harm, in plain words."""

from collections.abc import Mapping
from typing import Any

import discord

from bot.features.nukes.model import LoggedAct

_Action = discord.AuditLogAction
ACTIONS: Mapping[_Action, str] = {
    _Action.channel_delete: "channel_delete",
    _Action.channel_create: "channel_create",
    _Action.role_delete: "role_delete",
    _Action.role_create: "role_create",
    _Action.role_update: "role_permissions",
    _Action.ban: "ban",
    _Action.kick: "kick",
    _Action.member_prune: "kick",
    _Action.webhook_create: "webhook_create",
    _Action.webhook_delete: "webhook_delete",
    _Action.emoji_delete: "emoji_delete",
    _Action.sticker_delete: "emoji_delete",
    _Action.overwrite_create: "overwrite",
    _Action.overwrite_update: "overwrite",
    _Action.overwrite_delete: "overwrite",
    _Action.member_role_update: "grant",
}
OVERWRITES = (_Action.overwrite_create, _Action.overwrite_update, _Action.overwrite_delete)
KEPT = ("name", "permissions", "hoist", "mentionable", "allow", "deny", "topic")


def act_of(entry: discord.AuditLogEntry) -> LoggedAct | None:
    """What was done; None for what is no harm."""
    action = ACTIONS.get(entry.action)
    if action is None or entry.user_id is None:
        return None
    before, after = _plain(entry.changes.before), _plain(entry.changes.after)
    if action == "role_permissions" and "permissions" not in after:
        return None
    granted = getattr(entry.changes.after, "roles", ()) if action == "grant" else ()
    user, subject, target_id = entry.user, entry.extra, int(getattr(entry.target, "id", 0))
    return LoggedAct(
        guild_id=entry.guild.id,
        entry_id=entry.id,
        actor_id=entry.user_id,
        actor_name="" if user is None else user.name,
        action=action,
        target_id=target_id,
        target_name=_name(entry, before, after, target_id),
        by_us=entry.user_id == entry.guild.me.id,
        count=_count(entry),
        subject_id=int(getattr(subject, "id", 0)) if entry.action in OVERWRITES else 0,
        subject_is_role=_is_role(subject),
        before=_whole(entry, before, "before"),
        after=_whole(entry, after, "after"),
        granted=tuple(int(one.id) for one in granted),
    )


def _count(entry: discord.AuditLogEntry) -> int:
    if entry.action is _Action.member_prune:
        return int(getattr(entry.extra, "members_removed", 1) or 1)
    return 1


def _name(
    entry: discord.AuditLogEntry, before: Mapping[str, Any], after: Mapping[str, Any], target: int
) -> str:
    known = getattr(entry.target, "name", None)
    return str(known or before.get("name") or after.get("name") or target)


def _is_role(subject: object) -> bool:
    return isinstance(subject, discord.Role) or getattr(subject, "type", None) is discord.Role


def _plain(diff: discord.AuditLogDiff) -> dict[str, Any]:
    """What changed, as far as it is put back; permissions as Discord's bits."""
    found = dict[str, Any]()
    for name, value in diff:
        if name in KEPT:
            found[name] = value.value if isinstance(value, discord.Permissions) else value
        elif name == "type" and isinstance(value, discord.ChannelType):
            found["kind"] = value.name
    return found


def _whole(
    entry: discord.AuditLogEntry, changed: Mapping[str, Any], side: str
) -> Mapping[str, Any]:
    """Of an overwrite that was made or deleted the other side is empty, whatever is not named."""
    empty = {_Action.overwrite_create: "before", _Action.overwrite_delete: "after"}
    if empty.get(entry.action) == side:
        return {"allow": 0, "deny": 0}
    if entry.action in empty:
        return {"allow": 0, "deny": 0, **changed}
    return changed
