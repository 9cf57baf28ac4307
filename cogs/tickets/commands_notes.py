"""Commands of `/ticket note` and `/ticket replies`: read, call, answer."""

from discord import app_commands

from bot.client.interactions import (
    HeraldModal,
    Interaction,
    TextField,
    actor_of,
    reply,
    working,
)
from bot.client.ui import RowNumber, command
from bot.errors import UserError
from bot.features.tickets.model import NOTE_LIMIT
from bot.features.tickets.replies import NAME_LIMIT, TEXT_LIMIT
from bot.texts import N_, _
from bot.user_text import inline
from cogs.tickets import views
from cogs.tickets.handlers import TicketHandlers
from cogs.tickets.suggestions import TicketSuggestions
from cogs.tickets.visitors import visitor_of

WHICH = N_("The ticket's number, where it is not this channel")
ReplyName = app_commands.Range[str, 1, NAME_LIMIT]


class NoteCommands(app_commands.Group):
    """For the staff of a ticket; nobody else ever reads a note."""

    def __init__(self, handlers: TicketHandlers) -> None:
        super().__init__(name="note", description=N_("Notes of the staff about a ticket"))
        self._handlers = handlers
        self.tickets = handlers.tickets

    @command(N_("Keep a note that only the staff read"), text=N_("The note"), number=WHICH)
    async def add(
        self,
        interaction: Interaction,
        text: app_commands.Range[str, 1, NOTE_LIMIT],
        number: RowNumber | None = None,
    ) -> None:
        async with working(interaction) as answer:
            ticket = await self._handlers.ticket(interaction, number)
            await self.tickets.notes.add(visitor_of(interaction), ticket, text)
            said = _("The note is kept. The staff read it with /ticket note view.")
            await answer(said)

    @command(N_("The notes about a ticket"), number=WHICH)
    async def view(self, interaction: Interaction, number: RowNumber | None = None) -> None:
        async with working(interaction) as answer:
            ticket = await self._handlers.ticket(interaction, number)
            found = await self.tickets.notes.all_of(visitor_of(interaction), ticket)
            await answer(views.noted(ticket, found))


class ReplyCommands(app_commands.Group):
    """For the staff of any type."""

    def __init__(self, handlers: TicketHandlers) -> None:
        super().__init__(name="replies", description=N_("Texts that the staff write often"))
        self.tickets = handlers.tickets

    async def _refuse(self, interaction: Interaction) -> None:
        """A UserError for whoever is staff of no type."""
        if not await self.tickets.is_staff(visitor_of(interaction)):
            raise UserError(_("Only the staff of tickets can do that."))

    @command(N_("Keep a text under a name, or change it"), name=N_("Its name"))
    @app_commands.autocomplete(name=TicketSuggestions.saved)
    async def save(self, interaction: Interaction, name: ReplyName) -> None:
        await self._refuse(interaction)
        there = await self.tickets.replies.all_of(actor_of(interaction).guild_id)

        async def submit(interaction: Interaction, text: str) -> None:
            await self._refuse(interaction)
            async with working(interaction) as answer:
                kept = await self.tickets.replies.save(actor_of(interaction), name, text)
                said = _("The reply “{name}” is kept. Write it with /ticket reply.")
                await answer(said.format(name=inline(kept, NAME_LIMIT)))

        await interaction.response.send_modal(ReplyForm(submit, there.get(name, "")))

    @command(N_("Forget a text"), name=N_("Its name"))
    @app_commands.autocomplete(name=TicketSuggestions.saved)
    async def delete(self, interaction: Interaction, name: ReplyName) -> None:
        async with working(interaction) as answer:
            await self._refuse(interaction)
            await self.tickets.replies.delete(actor_of(interaction), name)
            text = _("The reply “{name}” is deleted.")
            await answer(text.format(name=inline(name, NAME_LIMIT)))

    @command(N_("All texts that are kept"))
    async def list(self, interaction: Interaction) -> None:
        await self._refuse(interaction)
        found = await self.tickets.replies.all_of(actor_of(interaction).guild_id)
        await reply(interaction, views.kept(found))


class ReplyForm(HeraldModal):
    """Modal of a canned reply's text."""

    def __init__(self, submit: views.SubmitText, now: str) -> None:
        super().__init__(_("Reply"))
        self._submit = submit
        about = _("{user}, {number}, {subject} and {staff} are filled in")
        self._text = self.ask(
            TextField("text", _("Text"), about, now, TEXT_LIMIT, is_required=True, has_lines=True)
        )

    async def submitted(self, interaction: Interaction) -> None:
        await self._submit(interaction, self._text.value)
