"""Type handlers: what the controls of a ticket type do."""

from typing import Any

import discord

from bot.acts import Actor
from bot.client.choice_acts import ChoiceActs
from bot.client.interactions import (
    Interaction,
    Press,
    actor_of,
    control,
    redraw,
    reply,
    working,
)
from bot.features.tickets.service import TicketsService
from bot.features.tickets.types import TicketType, TypeChoices
from bot.texts import _
from bot.user_text import inline
from cogs.tickets import type_views as views


class TypeHandlers:
    """Panels of types, for whoever manages the server."""

    def __init__(self, tickets: TicketsService) -> None:
        self.tickets = tickets
        self._types = tickets.types
        self.choices = ChoiceActs(views.IDS, self._find, self._make, views.dressed)

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old panels."""
        acts = (
            (views.TYPE, self._back),
            (views.DELETE, self._delete),
            (views.KEEP, self._keep),
        )
        own = [control(known_by, act, permission="manage_guild") for known_by, act in acts]
        return [*self.choices.items(), *own]

    async def create(self, interaction: Interaction, name: str) -> None:
        """A type with the defaults, and its panel."""
        async with working(interaction) as answer:
            made = await self._types.create(actor_of(interaction), name)
            await answer(await self.choices.drawn(interaction, str(made.id)))

    async def ask_deletion(self, interaction: Interaction, type_id: int) -> None:
        """Ask before a type is deleted."""
        kind = await self.there(interaction, type_id)
        count = await self.tickets.open_of(kind)
        await reply(interaction, views.deletion(kind, count))

    async def there(self, interaction: Interaction, type_id: int) -> TicketType:
        """A type of this server that was not deleted; NotFound without one."""
        return await self._types.there(actor_of(interaction).guild_id, type_id)

    async def _find(self, guild_id: int, type_id: str) -> TypeChoices:
        return (await self._types.there(guild_id, int(type_id))).choices

    async def _make(self, actor: Actor, type_id: str, name: str, value: Any) -> TypeChoices:
        return (await self._types.change(actor, int(type_id), name, value)).choices

    async def _back(self, interaction: Interaction, press: Press) -> None:
        await redraw(interaction, await self.choices.drawn(interaction, press["type"]))

    async def _delete(self, interaction: Interaction, press: Press) -> None:
        await interaction.response.defer()
        gone = await self._types.delete(actor_of(interaction), int(press["type"]))
        text = _("The type “{name}” is deleted.")
        await redraw(interaction, text.format(name=inline(gone.name, 100)))

    async def _keep(self, interaction: Interaction, _press: Press) -> None:
        await redraw(interaction, _("It stays."))
