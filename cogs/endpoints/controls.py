"""Controls of a webhook: its panel's buttons, its deletion's, its secret's; each checks anew."""

from typing import Any

import discord

from bot.client.interactions import (
    ControlAct,
    Interaction,
    Press,
    actor_of,
    control,
    redraw,
    reply,
)
from bot.features.endpoints.edits import Rotation
from bot.features.endpoints.event_choices import offered
from bot.features.endpoints.model import choose_half
from cogs.endpoints import delivery_views, panel, picker, views
from cogs.endpoints.handlers import EndpointAct, EndpointHandlers
from cogs.endpoints.modals import EditModal, LimitsModal, TermsModal
from cogs.endpoints.new_secrets import rotate

MANAGES = "manage_guild"


class EndpointControls:
    """Buttons of an endpoint, which is looked up in the guild of the click."""

    def __init__(self, handlers: EndpointHandlers) -> None:
        self._handlers = handlers
        self._webhooks = webhooks = handlers.webhooks
        self._changes = {
            "pause": webhooks.service.pause,
            "resume": webhooks.service.resume,
            "enable": webhooks.service.enable,
            "disable": webhooks.service.disable,
        }

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        handlers = self._handlers
        as_commands = (
            (panel.TEST, handlers.test),
            (panel.STATS, handlers.stats),
            (panel.DELETE, handlers.ask_deletion),
            (panel.EDIT, handlers.asking(EditModal)),
            (panel.LIMITS, handlers.asking(LimitsModal)),
            (panel.TERMS, handlers.asking(TermsModal)),
            (panel.EVENTS, handlers.events),
            (panel.ROTATE, handlers.rotation),
            (panel.DELIVERIES, handlers.deliveries),
            (panel.MISSED, handlers.offer_missed),
        )
        acts = (
            *((known_by, self._of_press(handle)) for known_by, handle in as_commands),
            (panel.CHANGE, self.change),
            (views.CONFIRM, self.delete),
            (views.KEEP, self.keep),
            (picker.HALF, self.choose),
            (views.RENEW, self.renew),
            (views.SWITCH, self.switch),
            (views.DISCARD, self.discard),
        )
        return [control(known_by, act, permission=MANAGES) for known_by, act in acts]

    async def change(self, interaction: Interaction, press: Press) -> None:
        """Pause, resume, enable or disable, and draw the panel anew."""
        await interaction.response.defer()
        endpoint = await self._handlers.numbered(interaction, press)
        changed = await self._changes[press["action"]](actor_of(interaction), endpoint.name)
        waiting = await self._webhooks.deliveries.waiting(changed)
        about = await self._webhooks.edits.about(changed)
        await redraw(interaction, panel.panel(changed, waiting, about))
        if press["action"] == "enable" and waiting.missed.count:
            await reply(interaction, delivery_views.missed(changed, waiting.missed))

    async def delete(self, interaction: Interaction, press: Press) -> None:
        """Delete; of two clicks the second finds nothing."""
        await interaction.response.defer()
        service = self._webhooks.service
        endpoint = await service.delete(actor_of(interaction), int(press["endpoint"]))
        await redraw(interaction, views.said(views.DELETED, endpoint))

    async def keep(self, interaction: Interaction, press: Press) -> None:
        """Leave it as it is."""
        endpoint = await self._handlers.numbered(interaction, press)
        await redraw(interaction, views.said(views.KEPT, endpoint))

    async def choose(self, interaction: Interaction, press: Press) -> None:
        """Save one half of the events as it is ticked now."""
        await interaction.response.defer()
        endpoint = await self._handlers.numbered(interaction, press)
        half = offered(endpoint.dialect)[picker.HALVES.index(press["half"])]
        changed = await self._webhooks.edits.subscribe(
            actor_of(interaction),
            endpoint.id,
            choose_half(endpoint.patterns, half, press.values),
            int(press["version"]),
        )
        await redraw(interaction, picker.selects(changed, self._webhooks.unsent))

    async def renew(self, interaction: Interaction, press: Press) -> None:
        """Make a new secret and show it this once."""
        await interaction.response.defer()
        endpoint = await self._handlers.numbered(interaction, press)
        mode, version = Rotation(press["mode"]), int(press["version"])
        edits = self._webhooks.edits
        await rotate(interaction, edits, endpoint.name, mode, version=version)

    async def switch(self, interaction: Interaction, press: Press) -> None:
        """Sign with the secret that waits."""
        await interaction.response.defer()
        endpoint_id, made_at = int(press["endpoint"]), int(press["made_at"])
        switched = await self._webhooks.edits.switch(actor_of(interaction), endpoint_id, made_at)
        await redraw(interaction, views.said(views.SWITCHED, switched))

    async def discard(self, interaction: Interaction, press: Press) -> None:
        """Forget the secret that waits."""
        await interaction.response.defer()
        endpoint_id, made_at = int(press["endpoint"]), int(press["made_at"])
        kept = await self._webhooks.edits.discard(actor_of(interaction), endpoint_id, made_at)
        await redraw(interaction, views.said(views.DISCARDED, kept))

    def _of_press(self, handle: EndpointAct) -> ControlAct:
        """What a command does with the webhook that it names, done with the one of the button."""

        async def act(interaction: Interaction, press: Press) -> None:
            await handle(interaction, await self._handlers.numbered(interaction, press))

        return act
