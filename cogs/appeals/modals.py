"""What is asked for before a decision: the reason, which the person reads."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import ui

from bot.client.interactions import HeraldModal, Interaction
from bot.features.appeals.model import REASON_LIMIT, Appeal, Decision
from bot.texts import _

MODAL_SECONDS = 900
TITLE_LIMIT = 45

Submit = Callable[[Interaction, str], Awaitable[None]]


class ReasonModal(HeraldModal):
    """Hands on the reason; a denial must have one."""

    def __init__(self, appeal: Appeal, decision: Decision, *, submit: Submit) -> None:
        is_denial = decision == "denied"
        text = (
            _("Deny the appeal of case {number}")
            if is_denial
            else _("Approve the appeal of case {number}")
        )
        title = text.format(number=appeal.case_number)
        super().__init__(title=title[:TITLE_LIMIT], timeout=MODAL_SECONDS)
        self._submit = submit
        self._reason: ui.TextInput[Any] = ui.TextInput(
            custom_id="reason",
            style=discord.TextStyle.paragraph,
            required=is_denial,
            max_length=REASON_LIMIT,
        )
        about = _("The person who appealed reads it.")
        self.add_item(ui.Label(text=_("Reason"), description=about, component=self._reason))

    async def submitted(self, interaction: Interaction) -> None:
        await self._submit(interaction, self._reason.value)
