"""Commands of `/case`: what is written of everybody, read and changed."""

import discord
from discord import app_commands
from discord.app_commands import Choice, locale_str
from discord.ext import commands

from bot.client import limits
from bot.client.interactions import Interaction, actor_of, working
from bot.client.ui import Choices, StaffCog
from bot.features.cases.model import NOTE_LIMIT, CaseState
from bot.features.cases.queries import CaseQuery
from bot.features.cases.records import UNCHANGED, Changes
from bot.texts import N_
from cogs.cases import pages, views
from cogs.cases.commands import PROOF, File, Reason
from cogs.cases.handlers import CaseHandlers
from cogs.cases.suggestions import case_numbers, end_of, ends

WHICH = locale_str(N_("The number of the case"))
MOST = 2_147_483_647

CaseNumber = app_commands.Range[int, 1, MOST]


class CaseCommands(
    StaffCog,
    commands.GroupCog,
    permission="moderate_members",
    group_name="case",
    group_description=locale_str(N_("What was decided about people in this server")),
):
    """Commands of `/case`; each answer is seen by nobody but the person who asks."""

    def __init__(self, handlers: CaseHandlers) -> None:
        self._handlers = handlers
        self._services = handlers.services

    async def numbers(self, interaction: Interaction, current: str) -> Choices[int]:
        """The newest cases that fit what was typed."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        return await case_numbers(self._services.records, interaction.guild_id, current)

    @app_commands.command(description=locale_str(N_("One case, with its notes and evidence")))
    @app_commands.describe(number=WHICH)
    @app_commands.autocomplete(number=numbers)
    async def view(self, interaction: Interaction, number: CaseNumber) -> None:
        await self._handlers.view(interaction, number)

    @app_commands.command(description=locale_str(N_("Everything about one person")))
    @app_commands.describe(user=locale_str(N_("Whose cases to list; a user id works too")))
    async def history(self, interaction: Interaction, user: discord.User) -> None:
        await self._handlers.list(interaction, CaseQuery(user_id=user.id))

    @app_commands.command(description=locale_str(N_("Find cases")))
    @app_commands.describe(
        text=locale_str(N_("A part of the reason or of a note")),
        user=locale_str(N_("About this person")),
        moderator=locale_str(N_("By this moderator")),
        type=locale_str(N_("Of this kind")),
        state=locale_str(N_("In this state")),
    )
    @app_commands.choices(
        type=[Choice(name=one.replace("_", " "), value=one) for one in pages.TYPES],
        state=[
            Choice(name=locale_str(views.STATES[state]), value=state.value)
            for state in pages.LETTERS
        ],
    )
    async def search(
        self,
        interaction: Interaction,
        text: app_commands.Range[str, 1, pages.TEXT_LIMIT] | None = None,
        user: discord.User | None = None,
        moderator: discord.User | None = None,
        type: str | None = None,
        state: str | None = None,
    ) -> None:
        query = CaseQuery(
            user_id=None if user is None else user.id,
            moderator_id=None if moderator is None else moderator.id,
            type=pages.TYPE_OF.get(type or ""),
            state=None if state is None else CaseState(state),
            text=pages.searched(text),
        )
        await self._handlers.list(interaction, query)

    @app_commands.command(description=locale_str(N_("Change a case's reason or end")))
    @app_commands.describe(
        number=WHICH,
        reason=locale_str(N_("The new reason; leave everything out to be asked for it")),
        duration=locale_str(N_("When it ends, counted from now, such as 2h30m; or never")),
        evidence=PROOF,
    )
    @app_commands.autocomplete(number=numbers)
    @app_commands.autocomplete(duration=ends)
    async def edit(
        self,
        interaction: Interaction,
        number: CaseNumber,
        reason: Reason | None = None,
        duration: str | None = None,
        evidence: File = None,
    ) -> None:
        if reason is None and duration is None and evidence is None:
            await self._handlers.ask_reason(interaction, number)
            return
        changes = Changes(UNCHANGED if reason is None else reason, end_of(duration))
        await self._handlers.edit(interaction, number, changes, evidence)

    @app_commands.command(description=locale_str(N_("Add a note that staff alone sees")))
    @app_commands.describe(number=WHICH, text=locale_str(N_("What to remember")))
    @app_commands.autocomplete(number=numbers)
    async def note(
        self,
        interaction: Interaction,
        number: CaseNumber,
        text: app_commands.Range[str, 1, NOTE_LIMIT],
    ) -> None:
        await self._handlers.note(interaction, number, text)

    @app_commands.command(description=locale_str(N_("Delete a case with its notes and evidence")))
    @app_commands.describe(number=WHICH)
    @app_commands.autocomplete(number=numbers)
    async def delete(self, interaction: Interaction, number: CaseNumber) -> None:
        await self._handlers.ask_deletion(interaction, number)

    @app_commands.command(description=locale_str(N_("Every case of this server as a CSV file")))
    async def export(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            part, count = bytearray(), 1
            async for piece in self._services.records.export(actor_of(interaction).guild_id):
                if len(part) + len(piece) > limits.FILE_BYTES:
                    await answer(views.exported(part, count))
                    part, count = bytearray(), count + 1
                part += piece
            await answer(views.exported(part, count))
