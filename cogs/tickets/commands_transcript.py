"""Commands of `/ticket` by which people have what was written: read, call, answer."""

from discord.ext import commands

from bot.client.interactions import Interaction, working
from bot.client.ui import RowNumber, command
from bot.controls import Post
from bot.texts import N_, _
from cogs.tickets.handlers import TicketHandlers
from cogs.tickets.visitors import visitor_of

WHICH = N_("Its number, where it is not this channel")


class TranscriptCommands(commands.Cog):
    """Mixed into the group; who may, and which copy they get, is asked of the service."""

    _handlers: TicketHandlers

    @command(N_("All that was written in a ticket, as a file"), number=WHICH)
    async def transcript(self, interaction: Interaction, number: RowNumber | None = None) -> None:
        async with working(interaction) as answer:
            ticket = await self._handlers.ticket(interaction, number)
            pages = self._handlers.tickets.transcripts
            made = await pages.page(visitor_of(interaction), ticket)
            said = _("Save it, and open it with a browser.")
            await answer(Post(text=said, picture=made))
