"""Tickets as the people of a server see them."""

from bot.client import HeraldClient, parts_of
from bot.features.tickets import TICKETS
from cogs.tickets.card_handlers import CardHandlers
from cogs.tickets.commands import TicketCommands
from cogs.tickets.commands_notes import NoteCommands, ReplyCommands
from cogs.tickets.commands_panels import PanelCommands
from cogs.tickets.commands_types import TypeCommands
from cogs.tickets.handlers import TicketHandlers
from cogs.tickets.listeners import TicketListeners
from cogs.tickets.menus import ticket_menus
from cogs.tickets.panel_handlers import PanelHandlers
from cogs.tickets.question_handlers import QuestionHandlers
from cogs.tickets.type_handlers import TypeHandlers


async def setup(bot: HeraldClient) -> None:
    """Add the commands, the menus, and the buttons of messages sent before a restart."""
    tickets = parts_of(bot)[TICKETS]
    handlers = TicketHandlers(tickets.service)
    types, panels = TypeHandlers(tickets.service), PanelHandlers(tickets.service)
    questions = QuestionHandlers(tickets.service)
    for one in (handlers, CardHandlers(handlers), types, questions, panels):
        bot.add_dynamic_items(*one.items())
    for menu in ticket_menus(handlers):
        bot.tree.add_command(menu)
    face = TicketCommands(handlers)
    assert face.app_command is not None  # noqa: S101  a group cog has one
    for group in (
        TypeCommands(types, questions),
        PanelCommands(panels),
        NoteCommands(handlers),
        ReplyCommands(handlers),
    ):
        face.app_command.add_command(group)
    await bot.add_cog(face)
    await bot.add_cog(TicketListeners(bot, tickets.service))
