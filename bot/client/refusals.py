"""Refusals as people read them: what is missing, and how to mend it."""

import math
from functools import singledispatch

import discord
from discord import app_commands

from bot.acts import ActFailed, ActUnknown
from bot.errors import UserError
from bot.texts import N_, _, ngettext

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


def permission_bit(permission: str) -> int:
    """A permission's bit in what Discord sends (source: Discord's reference of permissions)."""
    return int(getattr(discord.Permissions, permission).flag)


@singledispatch
def wording(error: Exception) -> str | None:
    """What the person reads; None for anything that is a bug."""
    return None


@wording.register
def _refused(error: UserError) -> str:
    return str(error)


@wording.register
def _person_lacks(error: app_commands.MissingPermissions) -> str:
    text = ngettext(
        "You need the permission **{names}** for that. "
        "Somebody who manages this server can give it to one of your roles.",
        "You need the permissions **{names}** for that. "
        "Somebody who manages this server can give them to one of your roles.",
        len(error.missing_permissions),
    )
    return text.format(names=_names(error.missing_permissions))


@wording.register
def _bot_lacks(error: app_commands.BotMissingPermissions) -> str:
    text = ngettext(
        "I need the permission **{names}** for that. "
        "Give it to my role in the server settings, then try again.",
        "I need the permissions **{names}** for that. "
        "Give them to my role in the server settings, then try again.",
        len(error.missing_permissions),
    )
    return text.format(names=_names(error.missing_permissions))


@wording.register
def _discord_refuses(error: discord.Forbidden) -> str:
    text = _(
        "Discord does not let me do that: {reason}. Check my role's permissions, in this channel "
        "too, and that my role is above the roles I should act on."
    )
    return text.format(reason=error.text.rstrip(".") or error.status)


@wording.register
def _act_refused(error: ActFailed) -> str:
    text = _("Discord does not let me do that: {reason}. Nothing was changed.")
    return text.format(reason=error)


@wording.register
def _act_unanswered(error: ActUnknown) -> str:
    text = _("Discord did not answer: {reason}. Try again soon.")
    return text.format(reason=error)


@wording.register
def _too_soon(error: app_commands.CommandOnCooldown) -> str:
    seconds = max(math.ceil(error.retry_after), 1)
    text = ngettext(
        "That was quick. Try again in {seconds} second.",
        "That was quick. Try again in {seconds} seconds.",
        seconds,
    )
    return text.format(seconds=seconds)


@wording.register(app_commands.CommandNotFound)
@wording.register(app_commands.CommandSignatureMismatch)
def _out_of_date(error: app_commands.AppCommandError) -> str:
    return _(
        "This command has changed since Discord last loaded it. "
        "Reload Discord (Ctrl+R, or restart the app) and try again."
    )


@wording.register
def _only_in_servers(error: app_commands.NoPrivateMessage) -> str:
    return _("This works only in a server. Use it in one of its channels.")


class BotMissing(app_commands.CheckFailure):
    """Commands are in a server, or with a person, and the bot is not."""

    def __init__(self, application_id: int | None) -> None:
        super().__init__("the bot is not in that server")
        self.application_id = application_id


@wording.register
def _bot_missing(error: BotMissing) -> str:
    text = _(
        "My commands are here, but I am not: I was added without the bot itself, and can see and "
        "do nothing in this server. Somebody who manages it can add me whole: {address}"
    )
    address = discord.utils.oauth_url(
        error.application_id or "", scopes=("bot", "applications.commands")
    )
    return text.format(address=address)


@wording.register
def _not_for_you(error: app_commands.CheckFailure) -> str:
    return _("You may not use this here. Ask somebody who manages this server.")


@wording.register
def _does_not_fit(error: app_commands.TransformerError) -> str:
    return _("“{value}” does not fit there. Choose one of the suggestions.").format(
        value=error.value
    )


def _names(permissions: list[str]) -> str:
    return ", ".join(permission_name(permission) for permission in permissions)
