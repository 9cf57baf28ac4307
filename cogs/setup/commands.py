"""Command `/setup`: the panel, where it was left."""

from discord import app_commands

from bot.client.interactions import Interaction, working
from bot.client.ui import Command, command
from bot.texts import N_
from cogs.setup.handlers import SetupHandlers


def setup_command(handlers: SetupHandlers) -> Command:
    """`/setup`, for whoever manages the server."""

    @command(N_("Set me up step by step, and see what I lack in this server"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.checks.has_permissions(manage_guild=True)
    async def setup(interaction: Interaction) -> None:
        async with working(interaction) as answer:
            await answer(await handlers.here(interaction))

    return setup
