"""Menus of a message: open a ticket about it, or pin it in its ticket."""

import discord
from discord import app_commands

from bot.client.interactions import Interaction, reply
from bot.controls import Option, Post, Select
from bot.errors import UserError
from bot.features.tickets import panels
from bot.features.tickets.model import SUBJECT_LIMIT, subject_of
from bot.texts import _
from bot.user_text import clip
from cogs.tickets.handlers import TicketHandlers
from cogs.tickets.visitors import visitor_of

CARRIED = 75  # characters of a subject in an option's value, beside the type


def ticket_menus(handlers: TicketHandlers) -> list[app_commands.ContextMenu]:
    """“Open a ticket” and “Pin in ticket”, about the message that was clicked."""

    async def about(interaction: Interaction, message: discord.Message) -> None:
        types = await handlers.tickets.openings.types(visitor_of(interaction).guild_id)
        if not types:
            raise UserError(_("This server has no types of tickets yet."))
        subject = clip(subject_of(message.content) or message.jump_url, SUBJECT_LIMIT)
        if len(types) == 1:
            (type_id,) = types
            await handlers.begin(interaction, type_id, subject)
            return
        drawable = handlers.tickets.panels.drawable(interaction.guild_id or 0, types.values())
        options = tuple(
            Option(one.label, f"{one.value} {clip(subject, CARRIED)}", one.about, one.emoji)
            for one in panels.options(drawable)
        )
        chooser = Select(panels.CHOOSE.of(panel=0), options, _("What is it about?"))
        await reply(interaction, Post(text=_("Which kind of ticket?"), selects=(chooser,)))

    async def pin(interaction: Interaction, message: discord.Message) -> None:
        ticket = await handlers.ticket(interaction, None)
        await handlers.pin(interaction, ticket, message.id)

    return [
        app_commands.ContextMenu(name="Open a ticket", callback=about),
        app_commands.ContextMenu(name="Pin in ticket", callback=pin),
    ]
