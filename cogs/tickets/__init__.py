"""Tickets as the people of a server see them."""

from bot.client import HeraldClient, parts_of
from bot.features.tickets import TICKETS
from cogs.tickets.commands import TicketCommands
from cogs.tickets.handlers import TicketHandlers
from cogs.tickets.listeners import TicketListeners
from cogs.tickets.menus import ticket_menu


async def setup(bot: HeraldClient) -> None:
    """Add the commands, the menu, and the buttons of messages sent before a restart."""
    tickets = parts_of(bot)[TICKETS]
    handlers = TicketHandlers(tickets.service)
    bot.add_dynamic_items(*handlers.items())
    bot.tree.add_command(ticket_menu(handlers))
    await bot.add_cog(TicketCommands(handlers))
    await bot.add_cog(TicketListeners(bot, tickets.service))
