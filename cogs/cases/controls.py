"""Controls of cases, the buttons in the moderation log too; each checks anew."""

from typing import Any

import discord

from bot.client.interactions import Interaction, Press, actor_of, control, redraw, working
from bot.controls import Picture, Post
from bot.features.cases.messages import REASON
from bot.features.cases.queries import CaseQuery
from bot.texts import _
from cogs.cases import views
from cogs.cases.handlers import CaseHandlers

MODERATES = "moderate_members"


class CaseControls:
    """Buttons of a case, which is looked up in the guild of the click."""

    def __init__(self, handlers: CaseHandlers) -> None:
        self._handlers = handlers
        self._cases = handlers.cases

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        acts = (
            (REASON, self.reason),
            (views.REMOVE, self.remove),
            (views.DELETE, self.delete),
            (views.KEEP, self.keep),
            (views.EVIDENCE, self.evidence),
            (views.HISTORY, self.history),
        )
        items = [control(known_by, act, permission=MODERATES) for known_by, act in acts]
        return [*items, self._handlers.pager.item(MODERATES)]

    async def reason(self, interaction: Interaction, press: Press) -> None:
        """Ask for the new reason."""
        await self._handlers.ask_reason(interaction, int(press["number"]))

    async def remove(self, interaction: Interaction, press: Press) -> None:
        """Ask before deleting."""
        await self._handlers.ask_deletion(interaction, int(press["number"]))

    async def delete(self, interaction: Interaction, press: Press) -> None:
        """Delete; of two clicks the second finds nothing."""
        await interaction.response.defer()
        number = int(press["number"])
        case = await self._cases.records.delete(actor_of(interaction), number)
        await redraw(interaction, views.said(views.DELETED, case))

    async def keep(self, interaction: Interaction, press: Press) -> None:
        """Leave it as it is."""
        await redraw(interaction, _("Nothing was deleted."))

    async def evidence(self, interaction: Interaction, press: Press) -> None:
        """Hand out one piece of it."""
        async with working(interaction) as answer:
            exhibit, content = await self._cases.evidence.fetch(
                actor_of(interaction).guild_id, int(press["number"]), int(press["piece"])
            )
            await answer(Post(picture=Picture(exhibit.name, content), is_plain=True))

    async def history(self, interaction: Interaction, press: Press) -> None:
        """List everything about one person."""
        await self._handlers.list(interaction, CaseQuery(user_id=int(press["user"])))
