"""Menu of a message: its pictures are known as scams from now on."""

import discord
from discord import app_commands

from bot.client.interactions import Interaction
from cogs.scams.handlers import STAFF, ScamHandlers


def scam_menu(handlers: ScamHandlers) -> app_commands.ContextMenu:
    """What the tree is to offer."""

    async def mark(interaction: Interaction, message: discord.Message) -> None:
        await handlers.mark(interaction, message)

    menu = app_commands.ContextMenu(name="Mark as a scam", callback=mark)
    menu.default_permissions = discord.Permissions(**{STAFF: True})
    return menu
