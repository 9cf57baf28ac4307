"""Commands of `/ticket type`: read, call, answer."""

from discord import app_commands

from bot.client.interactions import Interaction, actor_of, reply, require
from bot.client.ui import RowNumber, command
from bot.features.tickets.types import NAME_LIMIT
from bot.texts import N_
from cogs.tickets import type_views as views
from cogs.tickets.question_handlers import QuestionHandlers
from cogs.tickets.suggestions import TicketSuggestions
from cogs.tickets.type_handlers import TypeHandlers

WHICH = N_("The type")


class TypeCommands(app_commands.Group):
    """For whoever manages the server; each answer is seen by nobody else."""

    def __init__(self, handlers: TypeHandlers, questions: QuestionHandlers) -> None:
        super().__init__(name="type", description=N_("The types of tickets of this server"))
        self._handlers, self._questions = handlers, questions
        self.tickets = handlers.tickets

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        require(interaction, manage_guild=True)
        return True

    @command(N_("Make a type of ticket"), name=N_("What it is called"))
    async def create(
        self, interaction: Interaction, name: app_commands.Range[str, 1, NAME_LIMIT]
    ) -> None:
        await self._handlers.create(interaction, name)

    @command(N_("See and change everything about a type"), type=WHICH)
    @app_commands.autocomplete(type=TicketSuggestions.types)
    async def edit(self, interaction: Interaction, type: RowNumber) -> None:
        await self._handlers.choices.show(interaction, str(type))

    @command(N_("See and change what a type asks before a ticket opens"), type=WHICH)
    @app_commands.autocomplete(type=TicketSuggestions.types)
    async def questions(self, interaction: Interaction, type: RowNumber) -> None:
        await self._questions.show(interaction, type)

    @command(N_("Delete a type; its tickets stay"), type=WHICH)
    @app_commands.autocomplete(type=TicketSuggestions.types)
    async def delete(self, interaction: Interaction, type: RowNumber) -> None:
        await self._handlers.ask_deletion(interaction, type)

    @command(N_("All types of this server"))
    async def list(self, interaction: Interaction) -> None:
        found = await self.tickets.types.all_of(actor_of(interaction).guild_id)
        await reply(interaction, views.listed(found))
