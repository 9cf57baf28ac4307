"""The words of refusals: what is missing, how to mend it."""

import discord
import pytest
from discord import app_commands

from bot.client.refusals import wording
from bot.permission_names import PERMISSIONS, permission_name


@pytest.mark.parametrize(
    ("permission", "name"),
    [
        ("manage_guild", "Manage Server"),
        ("moderate_members", "Timeout Members"),
        ("view_guild_insights", "View Server Insights"),
        # What Discord split off from others on 2026-02-23.
        ("pin_messages", "Pin Messages"),
        ("bypass_slowmode", "Bypass Slowmode"),
        ("create_expressions", "Create Expressions"),
        ("create_events", "Create Events"),
    ],
)
def test_permissions_have_the_names_of_the_role_settings(permission: str, name: str) -> None:
    assert permission_name(permission) == name


def test_every_permission_named_is_one_of_discord_s() -> None:
    assert PERMISSIONS.keys() <= discord.Permissions.VALID_FLAGS.keys()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (app_commands.MissingPermissions(["kick_members", "ban_members"]), "them to one of your"),
        (app_commands.BotMissingPermissions(["kick_members"]), "Give it to my role"),
        (app_commands.NoPrivateMessage(), "only in a server"),
        (app_commands.CheckFailure(), "You may not use this here"),
    ],
)
def test_a_refusal_says_how_to_mend_it(error: Exception, words: str) -> None:
    assert words in (wording(error) or "")


def test_an_error_that_nobody_foresaw_has_no_wording() -> None:
    assert wording(RuntimeError("x")) is None
    assert wording(app_commands.AppCommandError("x")) is None
