"""Commands about what is written: `/case` of everybody, `/mycases` of whoever asks."""

from typing import Any

import discord
from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client import limits
from bot.client.interactions import Interaction, Press, actor_of, control, redraw, working
from bot.client.ui import Choices, Pager, RowNumber, StaffCog, choices, command
from bot.controls import ControlId, Post
from bot.csv_export import in_parts
from bot.features.cases.model import NOTE_LIMIT, CaseState
from bot.features.cases.queries import CaseQuery
from bot.features.cases.records import UNCHANGED, Changes, RecordsService
from bot.texts import N_
from cogs.cases import pages, views
from cogs.cases.commands import PROOF, File, Reason
from cogs.cases.handlers import CaseHandlers
from cogs.cases.suggestions import end_of, ends

WHICH = N_("The number of the case")
TURN = ControlId("case:mine", page="[0-9]{1,5}")


class CaseCommands(
    StaffCog,
    commands.GroupCog,
    permission="moderate_members",
    group_name="case",
    group_description=N_("What was decided about people in this server"),
):
    """Commands of `/case`; each answer is seen by nobody but the person who asks."""

    def __init__(self, handlers: CaseHandlers) -> None:
        self._handlers = handlers
        self._cases = handlers.cases

    async def numbers(self, interaction: Interaction, current: str) -> Choices[int]:
        """The newest that fit by number, person or reason; any other number can be typed."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        typed = str(current).strip()  # a whole number comes as one
        return choices(await self._cases.records.suggested(interaction.guild_id, typed), typed)

    @command(N_("One case, with its notes and evidence"), number=WHICH)
    @app_commands.autocomplete(number=numbers)
    async def view(self, interaction: Interaction, number: RowNumber) -> None:
        await self._handlers.view(interaction, number)

    @command(N_("Everything about one person"), user=N_("Whose cases to list; a user id works too"))
    async def history(self, interaction: Interaction, user: discord.User) -> None:
        await self._handlers.list(interaction, CaseQuery(user_id=user.id))

    @command(
        N_("Find cases"),
        text=N_("A part of a name, a reason or a note"),
        user=N_("About this person"),
        moderator=N_("By this moderator"),
        type=N_("Of this kind"),
        state=N_("In this state"),
    )
    @app_commands.choices(
        type=[Choice(name=name, value=one) for one, name in pages.TYPE_WORDS.items()],
        state=[Choice(name=views.STATES[state], value=state.value) for state in pages.LETTERS],
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

    @command(
        N_("Change a case's reason or end"),
        number=WHICH,
        reason=N_("The new reason; leave everything out to be asked for it"),
        duration=N_("When it ends, counted from now, such as 2h30m; or never"),
        evidence=PROOF,
    )
    @app_commands.autocomplete(number=numbers)
    @app_commands.autocomplete(duration=ends)
    async def edit(
        self,
        interaction: Interaction,
        number: RowNumber,
        reason: Reason | None = None,
        duration: str | None = None,
        evidence: File = None,
    ) -> None:
        if reason is None and duration is None and evidence is None:
            await self._handlers.ask_reason(interaction, number)
            return
        changes = Changes(UNCHANGED if reason is None else reason, end_of(duration))
        await self._handlers.edit(interaction, number, changes, evidence)

    @command(N_("Add a note that staff alone sees"), number=WHICH, text=N_("What to remember"))
    @app_commands.autocomplete(number=numbers)
    async def note(
        self,
        interaction: Interaction,
        number: RowNumber,
        text: app_commands.Range[str, 1, NOTE_LIMIT],
    ) -> None:
        async with working(interaction) as answer:
            case = await self._cases.records.note(actor_of(interaction), number, text)
            await answer(views.said(views.NOTED, case))

    @command(
        N_("Lift one warning; it stays in the history"),
        number=N_("The number of the warning's case"),
        reason=N_("Why; kept as a note for staff"),
    )
    @app_commands.autocomplete(number=numbers)
    async def revoke(
        self, interaction: Interaction, number: RowNumber, reason: Reason | None = None
    ) -> None:
        async with working(interaction) as answer:
            case = await self._cases.revocation.revoke(actor_of(interaction), number, reason)
            await answer(views.said(views.REVOKED, case))

    @command(N_("Delete a case with its notes and evidence"), number=WHICH)
    @app_commands.autocomplete(number=numbers)
    async def delete(self, interaction: Interaction, number: RowNumber) -> None:
        await self._handlers.ask_deletion(interaction, number)

    @command(N_("Every case of this server as a CSV file"))
    async def export(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            pieces = self._cases.records.export(actor_of(interaction).guild_id)
            async for count, part in in_parts(pieces, limits.FILE_BYTES):
                await answer(views.exported(part, count))


class OwnCommands(commands.Cog):
    """Command `/mycases`: without notes, and without the names of who decided.

    Whose cases are shown is never read from a button: it is whoever presses it.
    """

    def __init__(self, records: RecordsService) -> None:
        self._pager = Pager(
            TURN,
            write=lambda query: {},
            read=lambda press: CaseQuery(user_id=0),
            find=records.search,
            draw=views.own,
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to turn the pages of old messages."""
        return [control(TURN, self._turn)]

    @command(N_("What was decided about you in this server; nobody else sees the answer"))
    async def mycases(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            await answer(await self._page(interaction))

    async def _turn(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        await redraw(interaction, await self._page(interaction, int(press["page"])))

    async def _page(self, interaction: Interaction, number: int | None = None) -> Post:
        actor = actor_of(interaction)
        query = CaseQuery(user_id=actor.user_id, is_theirs=True)
        return await self._pager.page(actor.guild_id, query, number)
