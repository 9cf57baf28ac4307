"""Commands of `/appeals`: who waits for a decision, and what was decided."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction, actor_of, working
from bot.client.ui import Choices, RowNumber, StaffCog, choices, command
from bot.features.appeals.model import APPEALABLE, REASON_LIMIT
from bot.features.cases.model import CaseState
from bot.features.cases.queries import CaseQuery
from bot.texts import N_
from cogs.appeals.admission import AdmissionHandlers
from cogs.appeals.handlers import AppealHandlers

ForStaff = app_commands.Range[str, 1, REASON_LIMIT]


class AppealCommands(
    StaffCog,
    commands.GroupCog,
    permission="moderate_members",
    group_name="appeals",
    group_description=N_("What people ask to have lifted in this server"),
):
    """Each answer is seen by nobody but the person who asks."""

    def __init__(self, handlers: AppealHandlers, admission: AdmissionHandlers) -> None:
        self._handlers = handlers
        self._admission = admission

    async def numbers(self, interaction: Interaction, current: str) -> Choices[int]:
        """The cases whose appeals have waited longest; any other number can be typed."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        typed = str(current).strip()  # a whole number comes as one
        return choices(await self._handlers.appeals.suggested(interaction.guild_id, typed), typed)

    async def appealable(self, interaction: Interaction, current: str) -> Choices[int]:
        """The newest punishments in effect that can be appealed; the person's name does, too."""
        return await self._punishments(interaction, current, is_final=False)

    async def final(self, interaction: Interaction, current: str) -> Choices[int]:
        """The same of those that cannot."""
        return await self._punishments(interaction, current, is_final=True)

    async def _punishments(
        self, interaction: Interaction, current: str, *, is_final: bool
    ) -> Choices[int]:
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        typed = str(current).strip()
        query = CaseQuery(state=CaseState.ACTIVE, types=APPEALABLE, is_final=is_final)
        records = self._handlers.records
        return choices(await records.suggested(interaction.guild_id, typed, query), typed)

    @app_commands.command(name="list", description=N_("The appeals that wait for a decision"))
    async def list_open(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            await answer(await self._handlers.pager.page(actor_of(interaction).guild_id, None))

    @command(
        N_("The appeal of a case, with those before it"),
        number=N_("The number of the case that is appealed"),
    )
    @app_commands.autocomplete(number=numbers)
    async def view(self, interaction: Interaction, number: RowNumber) -> None:
        await self._handlers.view(interaction, number)

    @command(
        N_("The private link of a case, for whoever got no message"),
        number=N_("The number of the case that they want to appeal"),
    )
    @app_commands.autocomplete(number=appealable)
    async def link(self, interaction: Interaction, number: RowNumber) -> None:
        await self._admission.link(interaction, number)

    @command(
        N_("Let nobody appeal a case any more"),
        number=N_("The number of the case that is final"),
    )
    @app_commands.autocomplete(number=appealable)
    async def forbid(self, interaction: Interaction, number: RowNumber) -> None:
        await self._admission.finalise(interaction, number, is_final=True)

    @command(
        N_("Let a case be appealed that was final"),
        number=N_("The number of the case that can be appealed again"),
    )
    @app_commands.autocomplete(number=final)
    async def allow(self, interaction: Interaction, number: RowNumber) -> None:
        await self._admission.finalise(interaction, number, is_final=False)

    @command(
        N_("Take no appeals from somebody"),
        user=N_("Who it is about; a user id works too"),
        reason=N_("Why, for your staff; they do not read it"),
    )
    async def block(
        self, interaction: Interaction, user: discord.User, reason: ForStaff | None = None
    ) -> None:
        await self._admission.block(interaction, user, reason)

    @command(
        N_("Take appeals from somebody again"),
        user=N_("Who it is about; a user id works too"),
    )
    async def unblock(self, interaction: Interaction, user: discord.User) -> None:
        await self._admission.unblock(interaction, user)

    @command(N_("The people from whom no appeals are taken"))
    async def blocked(self, interaction: Interaction) -> None:
        await self._admission.blocked(interaction)
