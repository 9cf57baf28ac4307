"""Snapshots of discord.py's objects, in plain ids."""

import discord

from bot.snapshots import AuditAction, AuditSeen, Invite, MessageSeen, Person

ACTIONS: dict[discord.AuditLogAction, AuditAction] = {
    discord.AuditLogAction.ban: "ban",
    discord.AuditLogAction.unban: "unban",
    discord.AuditLogAction.kick: "kick",
    discord.AuditLogAction.member_prune: "prune",
}


def person_of(guild_id: int, user: discord.User | discord.Member) -> Person:
    """The account behind a user or member."""
    return Person(guild_id, user.id, user.name, user.bot)


def audit_seen(entry: discord.AuditLogEntry) -> AuditSeen:
    """An entry of one of the ACTIONS; its target may be a bare id."""
    target = entry.target
    action = ACTIONS[entry.action]
    is_known = isinstance(target, discord.User | discord.Member)
    target_id = getattr(target, "id", None)
    return AuditSeen(
        guild_id=entry.guild.id,
        entry_id=entry.id,
        action=action,
        target_id=None if action == "prune" else target_id,
        moderator_id=entry.user_id,
        reason=entry.reason,
        count=int(getattr(entry.extra, "members_removed", 1)),
        target=person_of(entry.guild.id, target) if is_known else None,
        by_us=entry.user_id == entry.guild.me.id,
    )


def invite_of(invite: discord.Invite) -> Invite:
    """An invite with its uses."""
    return Invite(
        code=invite.code,
        uses=invite.uses or 0,
        max_uses=invite.max_uses or 0,
        inviter_id=invite.inviter.id if invite.inviter else None,
        expires_at=invite.expires_at,
    )


def message_seen(message: discord.Message) -> MessageSeen:
    """A message in plain words."""
    return MessageSeen(
        message_id=message.id,
        author_id=message.author.id,
        by_bot=message.author.bot,
        content=message.content,
        attachments=len(message.attachments),
        created_at=message.created_at,
        is_pinned=message.pinned,
    )
