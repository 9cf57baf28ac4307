"""The buttons and selects that change what an endpoint is: its text, its events, its secret."""

from typing import Any

import discord

from bot.client.interactions import Press, actor_of, control, require
from bot.features.endpoints.edits import Rotation
from bot.features.endpoints.event_choices import offered
from bot.features.endpoints.model import choose_half
from bot.features.endpoints.service import Endpoint
from cogs.endpoints import edit_modal, limits, rotation
from cogs.endpoints.services import Services

Interaction = discord.Interaction[Any]

ONE = r"webhook:{action}:(?P<endpoint>[0-9]{{1,18}})"
HALF = r"webhook:half:(?P<endpoint>[0-9]{1,18}):(?P<version>[0-9]{1,9}):(?P<half>people|others)"
RENEW = (
    r"webhook:renew:(?P<endpoint>[0-9]{1,18}):(?P<version>[0-9]{1,9}):(?P<mode>at_once|keep_old)"
)
ROTATION = r"webhook:{action}:(?P<endpoint>[0-9]{{1,18}}):(?P<made_at>[0-9]{{1,18}})"


class EditControls:
    """What each of them does; the endpoint is looked up in the guild of the click."""

    def __init__(self, services: Services) -> None:
        self._endpoints = services.endpoints
        self._editing = services.editing

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(ONE.format(action="edit"), self.edit),
            control(ONE.format(action="limits"), self.limits),
            control(ONE.format(action="events"), self.events),
            control(ONE.format(action="rotate"), self.rotate),
            control(HALF, self.choose),
            control(RENEW, self.renew),
            control(ROTATION.format(action="switch"), self.switch),
            control(ROTATION.format(action="discard"), self.discard),
        ]

    async def edit(self, interaction: Interaction, press: Press) -> None:
        """Ask for what is typed."""
        endpoint = await self._endpoint(interaction, press)
        await interaction.response.send_modal(edit_modal.EditModal(self._editing, endpoint))

    async def limits(self, interaction: Interaction, press: Press) -> None:
        """Ask for filter, threshold and rate limit."""
        endpoint = await self._endpoint(interaction, press)
        await interaction.response.send_modal(limits.LimitsModal(self._editing, endpoint))

    async def events(self, interaction: Interaction, press: Press) -> None:
        """Show what can be ticked."""
        endpoint = await self._endpoint(interaction, press)
        await interaction.response.send_message(
            edit_modal.question(endpoint), view=edit_modal.selects(endpoint), ephemeral=True
        )

    async def choose(self, interaction: Interaction, press: Press) -> None:
        """Save one half of the events as it is ticked now."""
        endpoint = await self._endpoint(interaction, press)
        half = offered(endpoint.dialect)[edit_modal.HALVES.index(press["half"])]
        changed = await self._editing.subscribe(
            actor_of(interaction),
            endpoint.id,
            choose_half(endpoint.patterns, half, press.values),
            int(press["version"]),
        )
        await interaction.response.edit_message(
            content=edit_modal.question(changed), view=edit_modal.selects(changed)
        )

    async def rotate(self, interaction: Interaction, press: Press) -> None:
        """Ask from when on a new secret should sign, or what becomes of the one that waits."""
        endpoint = await self._endpoint(interaction, press)
        await interaction.response.send_message(
            rotation.question(endpoint), view=rotation.choices(endpoint), ephemeral=True
        )

    async def renew(self, interaction: Interaction, press: Press) -> None:
        """Make a new secret and show it this once."""
        endpoint = await self._endpoint(interaction, press)
        rotated = await self._editing.rotate(
            actor_of(interaction),
            endpoint.name,
            Rotation(press["mode"]),
            version=int(press["version"]),
        )
        view = rotation.waiting(rotated.endpoint) if rotated.waits else None
        await interaction.response.edit_message(content=rotation.rotated(rotated), view=view)

    async def switch(self, interaction: Interaction, press: Press) -> None:
        """Sign with the secret that waits."""
        endpoint = await self._endpoint(interaction, press)
        actor, made_at = actor_of(interaction), int(press["made_at"])
        switched = await self._editing.switch(actor, endpoint.id, made_at)
        await interaction.response.edit_message(content=rotation.switched(switched), view=None)

    async def discard(self, interaction: Interaction, press: Press) -> None:
        """Forget the secret that waits."""
        endpoint = await self._endpoint(interaction, press)
        actor, made_at = actor_of(interaction), int(press["made_at"])
        kept = await self._editing.discard(actor, endpoint.id, made_at)
        await interaction.response.edit_message(content=rotation.discarded(kept), view=None)

    async def _endpoint(self, interaction: Interaction, press: Press) -> Endpoint:
        require(interaction, manage_guild=True)
        guild_id = actor_of(interaction).guild_id
        return await self._endpoints.numbered(guild_id, int(press["endpoint"]))
