"""Handlers of appeals for commands, cards and modals: call the service, and answer."""

from functools import partial
from typing import Any

import discord

from bot.client.interactions import (
    Interaction,
    Press,
    actor_of,
    control,
    require,
    working,
)
from bot.client.ui import Pager, ReasonModal
from bot.errors import NotFound
from bot.features.appeals.messages import APPROVE, DENY
from bot.features.appeals.model import REASON_LIMIT, Appeal, Decision
from bot.features.appeals.service import AppealsService
from bot.features.cases.model import KINDS
from bot.features.cases.records import RecordsService
from bot.texts import _
from cogs.appeals import views

MODERATES = "moderate_members"
PERMISSIONS: dict[str, str] = {kind.type: kind.permission for kind in KINDS.values()}


class AppealHandlers:
    """Every answer is for the person who asked; everything is looked up in their server."""

    def __init__(self, appeals: AppealsService, records: RecordsService) -> None:
        self.appeals = appeals
        self.records = records
        self.pager = Pager(
            views.TURN,
            write=lambda _query: {},
            read=lambda _press: None,
            find=lambda guild_id, _query, number: appeals.open_ones(guild_id, number),
            draw=views.listed,
        )

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages.

        Who may decide depends on the kind of case, and the service says.
        """
        return [
            control(APPROVE, partial(self.ask, decision="approved")),
            control(DENY, partial(self.ask, decision="denied")),
            control(views.PICK, self.pick, permission=MODERATES),
            self.pager.item(MODERATES),
        ]

    async def pick(self, interaction: Interaction, press: Press) -> None:
        """Show the one chosen from a listing, by its case's number."""
        await self.view(interaction, int(press.values[0]))

    async def view(self, interaction: Interaction, number: int) -> None:
        """The newest appeal of a case, and those before it."""
        async with working(interaction) as answer:
            guild_id = actor_of(interaction).guild_id
            case = (await self.records.view(guild_id, number)).case
            appeals = await self.appeals.of_case(guild_id, case.id)
            if not appeals:
                raise NotFound(_("Case {number} was not appealed.").format(number=number))
            await answer(views.shown(appeals, case))

    async def ask(self, interaction: Interaction, press: Press, *, decision: Decision) -> None:
        """Ask for the reason, where there is still something to decide; no modal after a defer."""
        appeal_id = int(press["appeal"])
        await self._require(interaction, appeal_id)
        appeal = await self.appeals.ready(actor_of(interaction), appeal_id)

        async def decide(interaction: Interaction, reason: str) -> None:
            await self._decide(interaction, appeal, decision, reason)

        is_denial = decision == "denied"
        text = (
            _("Deny the appeal of case {number}")
            if is_denial
            else _("Approve the appeal of case {number}")
        )
        modal = ReasonModal(
            text.format(number=appeal.case_number),
            decide,
            longest=REASON_LIMIT,
            about=_("The person who appealed reads it."),
            is_required=is_denial,
        )
        await interaction.response.send_modal(modal)

    async def _decide(
        self, interaction: Interaction, appeal: Appeal, decision: Decision, reason: str
    ) -> None:
        async with working(interaction) as answer:
            await self._require(interaction, appeal.id)
            decided = await self.appeals.decide(actor_of(interaction), appeal.id, decision, reason)
            view = await self.records.view(appeal.guild_id, appeal.case_number)
            await answer(views.decided(decided, is_owed=view.is_owed))

    async def _require(self, interaction: Interaction, appeal_id: int) -> None:
        appeal = await self.appeals.find(actor_of(interaction).guild_id, appeal_id)
        # What Discord says with the click is newer than what the service remembers of people.
        require(interaction, **{PERMISSIONS[appeal.case_type]: True})
