"""Permission names: how Discord's role settings call each permission."""

from bot.texts import N_, _

# The names under which people find the permissions in Discord's role settings.
PERMISSIONS = {
    "administrator": N_("Administrator"),
    "attach_files": N_("Attach Files"),
    "ban_members": N_("Ban Members"),
    "create_instant_invite": N_("Create Invite"),
    "embed_links": N_("Embed Links"),
    "external_emojis": N_("Use External Emoji"),
    "kick_members": N_("Kick Members"),
    "manage_channels": N_("Manage Channels"),
    "manage_expressions": N_("Manage Expressions"),
    "manage_guild": N_("Manage Server"),
    "manage_messages": N_("Manage Messages"),
    "manage_nicknames": N_("Manage Nicknames"),
    "manage_roles": N_("Manage Roles"),
    "manage_threads": N_("Manage Threads"),
    "manage_webhooks": N_("Manage Webhooks"),
    "mention_everyone": N_("Mention @everyone, @here and All Roles"),
    "moderate_members": N_("Timeout Members"),
    "mute_members": N_("Mute Members"),
    "move_members": N_("Move Members"),
    "pin_messages": N_("Pin Messages"),
    "read_message_history": N_("Read Message History"),
    "read_messages": N_("View Channels"),
    "send_messages": N_("Send Messages"),
    "send_messages_in_threads": N_("Send Messages in Threads"),
    "view_audit_log": N_("View Audit Log"),
    "view_channel": N_("View Channels"),
}


def permission_name(permission: str) -> str:
    """Discord's own name for a permission, as people see it."""
    known = PERMISSIONS.get(permission)
    return _(known) if known else permission.replace("_", " ").replace("guild", "server").title()
