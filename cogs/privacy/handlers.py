"""Handlers of `/mydata`: whoever presses is the person whom it is about."""

from typing import Any

import discord

from bot.client.interactions import (
    Interaction,
    Press,
    actor_of,
    control,
    redraw,
    working,
)
from bot.features.privacy.service import PrivacyService
from cogs.privacy import views


class PrivacyHandlers:
    """Answers that only that person sees."""

    def __init__(self, service: PrivacyService) -> None:
        self._service = service

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        acts = {
            views.EXPORT: self._export,
            views.DELETE: self._ask,
            views.SURE: self._delete,
            views.KEEP: self._keep,
        }
        return [control(one, act) for one, act in acts.items()]

    async def look(self, interaction: Interaction) -> None:
        """What is kept about them."""
        actor = actor_of(interaction)
        async with working(interaction) as answer:
            await answer(views.overview(await self._service.look(actor.guild_id, actor.user_id)))

    async def _export(self, interaction: Interaction, _press: Press) -> None:
        actor = actor_of(interaction)
        async with working(interaction) as answer:
            content = await self._service.export(actor.guild_id, actor.user_id)
            await answer(views.exported(content, actor.user_id))

    async def _ask(self, interaction: Interaction, _press: Press) -> None:
        actor = actor_of(interaction)
        async with working(interaction) as answer:
            await answer(views.question(await self._service.look(actor.guild_id, actor.user_id)))

    async def _delete(self, interaction: Interaction, _press: Press) -> None:
        await interaction.response.defer()
        await redraw(interaction, views.deleted(await self._service.delete(actor_of(interaction))))

    async def _keep(self, interaction: Interaction, _press: Press) -> None:
        await redraw(interaction, views.kept())
