"""Refusals as people read them: what is missing, and how to mend it."""

import math
from functools import singledispatch

import discord
from discord import app_commands

from bot.acts import ActFailed, ActUnknown
from bot.errors import UserError
from bot.permission_names import permission_name
from bot.texts import _, ngettext


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


class LockedOut(app_commands.CheckFailure):
    """The bot's commands are locked for that person; the text says why."""


@wording.register
def _locked_out(error: LockedOut) -> str:
    return str(error)


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
