"""Snapshots of discord.py's objects, in plain ids."""

from collections.abc import Iterable

import discord

from bot.rooms import FileSeen, Writer, Writing
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


def writing_of(message: discord.Message, guild_id: int, *, may_read: bool) -> Writing:
    """A message in whole; its text is None where the bot may not read what people write."""
    own_id = message.guild.me.id if message.guild else None
    is_own = message.author.id == own_id
    sees = may_read or is_own
    return Writing(
        message_id=message.id,
        guild_id=guild_id,
        channel_id=message.channel.id,
        writer=writer_of(message.author),
        content=(message.content or components_text(message)) if sees else None,
        written_at=message.created_at,
        edited_at=message.edited_at,
        reply_to_id=message.reference.message_id if message.reference else None,
        files=tuple(
            FileSeen(one.id, one.filename, one.size, one.url, one.content_type)
            for one in message.attachments
        ),
        embeds=tuple(dict(one.to_dict()) for one in message.embeds),
        reactions={str(one.emoji): one.count for one in message.reactions},
        is_own=is_own,
        is_system=message.is_system(),
        is_card=message.flags.components_v2,
    )


def writer_of(author: discord.User | discord.Member) -> Writer:
    """Who wrote a message, with the roles that they have now."""
    roles = author.roles if isinstance(author, discord.Member) else ()
    return Writer(
        author.id,
        author.display_name,
        author.display_avatar.url,
        author.bot,
        frozenset(role.id for role in roles if not role.is_default()),
    )


def components_text(message: discord.Message | discord.MessageSnapshot) -> str:
    """What the components of a message say, one after the other."""
    found: list[str] = []

    def walk(parts: Iterable[object]) -> None:
        for part in parts:
            if isinstance(part, discord.TextDisplay):
                found.append(part.content)
            walk(getattr(part, "children", ()))

    walk(message.components)
    return "\n".join(found)
