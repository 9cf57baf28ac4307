"""What is asked for in a modal: a reason, and a duration where one is needed."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import ui

from bot.client.interactions import HeraldModal, Interaction, actor_of, require
from bot.features.cases.model import REASON_LIMIT
from bot.features.cases.records import Changes
from bot.texts import _
from cogs.cases.handlers import CaseHandlers

MODAL_SECONDS = 900
TITLE_LIMIT = 45
USUAL_TIMEOUT = "1h"

Submit = Callable[[Interaction, str, str], Awaitable[None]]


class ReasonModal(HeraldModal):
    """Hands on a reason, and a duration where it asks for one, else an empty text."""

    def __init__(
        self, title: str, submit: Submit, *, reason: str = "", asks_duration: bool = False
    ) -> None:
        super().__init__(title=title[:TITLE_LIMIT], timeout=MODAL_SECONDS)
        self._submit = submit
        self._reason: ui.TextInput[Any] = ui.TextInput(
            custom_id="reason",
            style=discord.TextStyle.paragraph,
            default=reason or None,
            max_length=REASON_LIMIT,
        )
        self._duration: ui.TextInput[Any] | None = None
        if asks_duration:
            self._duration = ui.TextInput(
                custom_id="duration", default=USUAL_TIMEOUT, max_length=40
            )
            text, about = _("Duration"), _("Such as 10m, 2h30m or 7d; at most 28 days")
            self.add_item(ui.Label(text=text, description=about, component=self._duration))
        self.add_item(ui.Label(text=_("Reason"), component=self._reason))

    async def submitted(self, interaction: Interaction) -> None:
        duration = "" if self._duration is None else self._duration.value
        await self._submit(interaction, self._reason.value, duration)


async def ask_reason(interaction: Interaction, desk: CaseHandlers, number: int) -> None:
    """Ask for a case's new reason; a modal cannot follow a defer."""
    require(interaction, moderate_members=True)
    case = (await desk.services.book.view(actor_of(interaction).guild_id, number)).case

    async def edit(interaction: Interaction, reason: str, _duration: str) -> None:
        require(interaction, moderate_members=True)
        await desk.edit(interaction, number, Changes(reason=reason))

    title = _("Reason of case {number}").format(number=number)
    await interaction.response.send_modal(ReasonModal(title, edit, reason=case.reason or ""))
