"""Incoming controls: the buttons of an incoming webhook, and its secrets, shown once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.client.interactions import Interaction, Press, actor_of, control, redraw, reply
from bot.features.incoming.model import IncomingWebhook
from bot.features.incoming.service import IncomingSecret, IncomingService, ShowIncoming
from cogs.endpoints import incoming_views as views
from cogs.endpoints.controls import MANAGES


@dataclass(frozen=True, slots=True)
class IncomingHandlers:
    """Answers of an incoming webhook's panel, which is looked up in the guild of the click."""

    service: IncomingService

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        acts = (
            (views.ALLOW, self.allow),
            (views.RATE, self.limit),
            (views.ROTATE, self.ask_rotation),
            (views.RENEW, self.renew),
            (views.DELETE, self.ask_deletion),
            (views.CONFIRM, self.delete),
            (views.KEEP, self.keep),
        )
        return [control(known_by, act, permission=MANAGES) for known_by, act in acts]

    async def allow(self, interaction: Interaction, press: Press) -> None:
        """Let it do what is ticked now."""
        await interaction.response.defer()
        webhook = await self._pressed(interaction, press)
        await self.service.allow(actor_of(interaction), webhook, press.values)
        await self._drawn(interaction, press)

    async def limit(self, interaction: Interaction, press: Press) -> None:
        """Let it do each action so often."""
        await interaction.response.defer()
        webhook = await self._pressed(interaction, press)
        await self.service.limit(actor_of(interaction), webhook, int(press.values[0]))
        await self._drawn(interaction, press)

    async def ask_rotation(self, interaction: Interaction, press: Press) -> None:
        await reply(interaction, views.rotation(await self._pressed(interaction, press)))

    async def renew(self, interaction: Interaction, press: Press) -> None:
        """Make a new secret and show it this once."""
        await interaction.response.defer()
        await rotated(interaction, self.service, int(press["webhook"]))

    async def ask_deletion(self, interaction: Interaction, press: Press) -> None:
        await reply(interaction, views.deletion(await self._pressed(interaction, press)))

    async def delete(self, interaction: Interaction, press: Press) -> None:
        """Delete; of two clicks the second finds nothing."""
        await interaction.response.defer()
        webhook = await self.service.delete(actor_of(interaction), int(press["webhook"]))
        await redraw(interaction, views.said(views.DELETED, webhook))

    async def keep(self, interaction: Interaction, press: Press) -> None:
        webhook = await self._pressed(interaction, press)
        await redraw(interaction, views.said(views.KEPT, webhook))

    async def _pressed(self, interaction: Interaction, press: Press) -> IncomingWebhook:
        guild_id = actor_of(interaction).guild_id
        return await self.service.numbered(guild_id, int(press["webhook"]))

    async def _drawn(self, interaction: Interaction, press: Press) -> None:
        webhook = await self._pressed(interaction, press)
        await redraw(interaction, views.panel(await self.service.overview(webhook)))


async def created(
    interaction: Interaction,
    service: IncomingService,
    name: str,
    actions: Sequence[str],
    rate: int,
) -> None:
    """Show a secret in the answer that was promised, and then let there be the webhook."""
    show = _shown_in(interaction)
    made, secret = await service.create(actor_of(interaction), name, actions, rate=rate, show=show)
    await redraw(interaction, views.created(made, secret))


async def rotated(interaction: Interaction, service: IncomingService, webhook_id: int) -> None:
    """Show a new secret in the answer that was promised, and then let it count."""
    show = _shown_in(interaction)
    webhook, secret = await service.rotate(actor_of(interaction), webhook_id, show=show)
    await redraw(interaction, views.rotated(webhook, secret))


def _shown_in(interaction: Interaction) -> ShowIncoming:
    async def show(new: IncomingSecret) -> None:
        await redraw(interaction, views.offered(new))

    return show
