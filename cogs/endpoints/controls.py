"""Controls of a webhook: its panel's buttons, its deletion's, its secret's; each checks anew."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.acts import Actor
from bot.client.interactions import Interaction, Press, actor_of, control, redraw, reply, working
from bot.features.endpoints.edits import Rotation
from bot.features.endpoints.event_choices import offered
from bot.features.endpoints.model import choose_half
from bot.features.endpoints.service import Endpoint
from cogs.endpoints import delivery_views, modals, panel, picker, views
from cogs.endpoints.services import EndpointServices

MANAGES = "manage_guild"

ChangeState = Callable[[Actor, str], Awaitable[Endpoint]]


class EndpointControls:
    """Buttons of an endpoint, which is looked up in the guild of the click."""

    def __init__(self, services: EndpointServices) -> None:
        self._services = services
        self._endpoints = endpoints = services.endpoints
        self._deliveries = services.deliveries
        self._changes: dict[str, ChangeState] = {
            "pause": endpoints.pause,
            "resume": endpoints.resume,
            "enable": endpoints.enable,
            "disable": endpoints.disable,
        }

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        acts = (
            (panel.CHANGE, self.change),
            (panel.TEST, self.test),
            (panel.STATS, self.stats),
            (panel.DELETE, self.ask),
            (views.CONFIRM, self.delete),
            (views.KEEP, self.keep),
        )
        return [control(known_by, act, permission=MANAGES) for known_by, act in acts]

    async def change(self, interaction: Interaction, press: Press) -> None:
        """Pause, resume, enable or disable, and draw the panel anew."""
        endpoint = await endpoint_of(self._services, interaction, press)
        action, actor = press["action"], actor_of(interaction)
        changed = await self._changes[action](actor, endpoint.name)
        waiting = await self._deliveries.waiting(changed)
        about = await self._services.editing.about(changed)
        await redraw(interaction, panel.panel(changed, waiting, about))
        if action == "enable" and waiting.missed.count:
            await reply(interaction, delivery_views.missed(changed, waiting.missed))

    async def test(self, interaction: Interaction, press: Press) -> None:
        """Send a test."""
        endpoint = await endpoint_of(self._services, interaction, press)
        async with working(interaction) as answer:
            sent = await self._deliveries.test(actor_of(interaction), endpoint.name)
            await answer(views.tested(sent))

    async def stats(self, interaction: Interaction, press: Press) -> None:
        """Draw the last day."""
        endpoint = await endpoint_of(self._services, interaction, press)
        async with working(interaction) as answer:
            day = delivery_views.DAY
            found = await self._services.statistics.last(endpoint.guild_id, endpoint.id, day)
            await answer(await delivery_views.stats(found))

    async def ask(self, interaction: Interaction, press: Press) -> None:
        """Ask before deleting."""
        endpoint = await endpoint_of(self._services, interaction, press)
        waiting = await self._endpoints.pending_count(endpoint.guild_id, endpoint.name)
        await reply(interaction, views.deletion(endpoint, waiting))

    async def delete(self, interaction: Interaction, press: Press) -> None:
        """Delete; of two clicks the second finds nothing."""
        endpoint = await self._endpoints.delete(actor_of(interaction), int(press["endpoint"]))
        await redraw(interaction, views.deleted(endpoint))

    async def keep(self, interaction: Interaction, press: Press) -> None:
        """Leave it as it is."""
        endpoint = await endpoint_of(self._services, interaction, press)
        await redraw(interaction, views.kept(endpoint))


class EditControls:
    """Buttons that change an endpoint's text, its events and its secret."""

    def __init__(self, services: EndpointServices) -> None:
        self._services = services
        self._editing = services.editing

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        acts = (
            (panel.EDIT, self.edit),
            (panel.LIMITS, self.limits),
            (panel.EVENTS, self.events),
            (panel.ROTATE, self.rotate),
            (picker.HALF, self.choose),
            (views.RENEW, self.renew),
            (views.SWITCH, self.switch),
            (views.DISCARD, self.discard),
        )
        return [control(known_by, act, permission=MANAGES) for known_by, act in acts]

    async def edit(self, interaction: Interaction, press: Press) -> None:
        """Ask for what is typed."""
        endpoint = await endpoint_of(self._services, interaction, press)
        await interaction.response.send_modal(modals.EditModal(self._editing, endpoint))

    async def limits(self, interaction: Interaction, press: Press) -> None:
        """Ask for filter, threshold and rate limit."""
        endpoint = await endpoint_of(self._services, interaction, press)
        await interaction.response.send_modal(modals.LimitsModal(self._editing, endpoint))

    async def events(self, interaction: Interaction, press: Press) -> None:
        """Show what can be ticked."""
        endpoint = await endpoint_of(self._services, interaction, press)
        await reply(interaction, picker.selects(endpoint))

    async def choose(self, interaction: Interaction, press: Press) -> None:
        """Save one half of the events as it is ticked now."""
        endpoint = await endpoint_of(self._services, interaction, press)
        half = offered(endpoint.dialect)[picker.HALVES.index(press["half"])]
        changed = await self._editing.subscribe(
            actor_of(interaction),
            endpoint.id,
            choose_half(endpoint.patterns, half, press.values),
            int(press["version"]),
        )
        await redraw(interaction, picker.selects(changed))

    async def rotate(self, interaction: Interaction, press: Press) -> None:
        """Ask from when on a new secret should sign, or what becomes of the one that waits."""
        endpoint = await endpoint_of(self._services, interaction, press)
        await reply(interaction, views.rotation(endpoint))

    async def renew(self, interaction: Interaction, press: Press) -> None:
        """Make a new secret and show it this once."""
        endpoint = await endpoint_of(self._services, interaction, press)
        mode, version = Rotation(press["mode"]), int(press["version"])
        actor = actor_of(interaction)
        rotated = await self._editing.rotate(actor, endpoint.name, mode, version=version)
        await redraw(interaction, views.rotated(rotated))

    async def switch(self, interaction: Interaction, press: Press) -> None:
        """Sign with the secret that waits."""
        endpoint = await endpoint_of(self._services, interaction, press)
        actor, made_at = actor_of(interaction), int(press["made_at"])
        switched = await self._editing.switch(actor, endpoint.id, made_at)
        await redraw(interaction, views.switched(switched))

    async def discard(self, interaction: Interaction, press: Press) -> None:
        """Forget the secret that waits."""
        endpoint = await endpoint_of(self._services, interaction, press)
        actor, made_at = actor_of(interaction), int(press["made_at"])
        kept = await self._editing.discard(actor, endpoint.id, made_at)
        await redraw(interaction, views.discarded(kept))


async def endpoint_of(
    services: EndpointServices, interaction: Interaction, press: Press
) -> Endpoint:
    """The one that the control is about, in the guild of the click."""
    guild_id = actor_of(interaction).guild_id
    return await services.endpoints.numbered(guild_id, int(press["endpoint"]))
