"""Menu of a message: open a ticket about it."""

import discord
from discord import app_commands

from bot.client.interactions import Interaction, reply
from bot.controls import Post, Select
from bot.errors import UserError
from bot.features.tickets import panels
from bot.texts import _
from bot.user_text import clip
from cogs.tickets.handlers import TicketHandlers
from cogs.tickets.visitors import visitor_of


def ticket_menu(handlers: TicketHandlers) -> app_commands.ContextMenu:
    """“Open a ticket”, about the message that was clicked."""

    async def about(interaction: Interaction, message: discord.Message) -> None:
        types = await handlers.tickets.openings.types(visitor_of(interaction).guild_id)
        if not types:
            raise UserError(_("This server has no types of tickets yet."))
        subject = clip(message.content or message.jump_url, 100)
        if len(types) == 1:
            (type_id,) = types
            await handlers.begin(interaction, type_id, subject)
            return
        options = panels.options(list(types.values()))
        chooser = Select(panels.CHOOSE.of(panel=0), options, _("What is it about?"))
        await reply(interaction, Post(text=_("Which kind of ticket?"), selects=(chooser,)))

    return app_commands.ContextMenu(name="Open a ticket", callback=about)
