"""The buttons that send again or give up: one delivery, what was missed, a switched off webhook."""

from typing import Any

import discord
from discord import app_commands

from bot.acts import Actor
from bot.client.interactions import Press, actor_of, control, require
from bot.clock import Clock
from bot.features.endpoints.redelivery import Wanted
from bot.features.endpoints.service import Endpoint
from bot.texts import _
from cogs.endpoints import missed_view, views
from cogs.endpoints.delivery_view import attempt_line
from cogs.endpoints.notices import find_member
from cogs.endpoints.progress import RedeliveryProgress
from cogs.endpoints.services import Services

Interaction = discord.Interaction[Any]

ONE = r"webhook:{action}:(?P<endpoint>[0-9]{{1,18}})"
AGAIN = r"webhook:redeliver:(?P<endpoint>[0-9]{1,18}):(?P<delivery>[0-9]{1,18})"
NOTICE = r"webhook:{action}:(?P<guild>[0-9]{{1,20}}):(?P<endpoint>[0-9]{{1,18}})"


class RedeliveryControls:
    """What each button does; the endpoint is looked up in the guild it is about."""

    def __init__(self, services: Services, clock: Clock) -> None:
        self._endpoints = services.endpoints
        self._deliveries = services.deliveries
        self._redelivery = services.redelivery
        self._clock = clock

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(AGAIN, self.redeliver),
            control(ONE.format(action="missed"), self.offer),
            control(ONE.format(action="replay"), self.replay),
            control(ONE.format(action="choose"), self.choose),
            control(ONE.format(action="types"), self.replay_types),
            control(ONE.format(action="drop"), self.drop),
            control(NOTICE.format(action="why"), self.why),
            control(NOTICE.format(action="reenable"), self.reenable),
        ]

    async def redeliver(self, interaction: Interaction, press: Press) -> None:
        """Send one delivery again."""
        endpoint = await self._endpoint(interaction, press)
        wanted = Wanted(delivery_id=int(press["delivery"]))
        actor = actor_of(interaction)
        after, count = await self._redelivery.redeliver(actor, endpoint.name, wanted)
        await interaction.response.send_message(views.redelivered(after, count), ephemeral=True)

    async def offer(self, interaction: Interaction, press: Press) -> None:
        """Ask what becomes of what was missed."""
        endpoint = await self._endpoint(interaction, press)
        waiting = await self._deliveries.waiting(endpoint)
        await interaction.response.send_message(
            missed_view.offer(endpoint, waiting.missed),
            view=missed_view.choices(endpoint),
            ephemeral=True,
        )

    async def replay(self, interaction: Interaction, press: Press) -> None:
        """Send all that was missed."""
        await self._replay(interaction, press, None)

    async def replay_types(self, interaction: Interaction, press: Press) -> None:
        """Send what was missed of the chosen types."""
        await self._replay(interaction, press, press.values)

    async def choose(self, interaction: Interaction, press: Press) -> None:
        """Show which types were missed."""
        endpoint = await self._endpoint(interaction, press)
        waiting = await self._deliveries.waiting(endpoint)
        if not waiting.missed.count:
            text = _("{name} has missed nothing that is still kept.")
            content, view = text.format(name=views.bold(endpoint)), None
        else:
            content = missed_view.offer(endpoint, waiting.missed)
            view = missed_view.types(endpoint, waiting.missed)
        await interaction.response.edit_message(content=content, view=view)

    async def drop(self, interaction: Interaction, press: Press) -> None:
        """Forget what was missed."""
        endpoint = await self._endpoint(interaction, press)
        await interaction.response.defer()
        after, count = await self._redelivery.drop_missed(actor_of(interaction), endpoint.id)
        await interaction.edit_original_response(
            content=missed_view.dropped(after, count), view=None
        )

    async def why(self, interaction: Interaction, press: Press) -> None:
        """Show the last attempts of a webhook that was switched off."""
        actor = await _manager(interaction, int(press["guild"]))
        endpoint_id = int(press["endpoint"])
        endpoint = await self._endpoints.numbered(actor.guild_id, endpoint_id)
        attempts = await self._deliveries.last_attempts(actor.guild_id, endpoint_id)
        title = _("The last failed attempts of {name}:").format(name=views.bold(endpoint))
        lines = [f"#{one.delivery_id} · {attempt_line(one)}" for one in attempts]
        text = "\n".join([title, *lines]) if lines else _("None is kept any more.")
        await interaction.response.send_message(text, ephemeral=True)

    async def reenable(self, interaction: Interaction, press: Press) -> None:
        """Switch it on again, and offer what it missed where that can be answered."""
        actor = await _manager(interaction, int(press["guild"]))
        seen = await self._endpoints.numbered(actor.guild_id, int(press["endpoint"]))
        endpoint = await self._endpoints.enable(actor, seen.name)
        await interaction.response.send_message(views.enabled(endpoint), ephemeral=True)
        waiting = await self._deliveries.waiting(endpoint)
        if waiting.missed.count and interaction.guild_id is not None:
            await interaction.followup.send(
                missed_view.offer(endpoint, waiting.missed),
                view=missed_view.choices(endpoint),
                ephemeral=True,
            )

    async def _replay(
        self, interaction: Interaction, press: Press, types: tuple[str, ...] | None
    ) -> None:
        endpoint = await self._endpoint(interaction, press)
        await interaction.response.defer()
        after, count = await self._redelivery.replay(
            actor_of(interaction), endpoint.id, types, RedeliveryProgress(interaction, self._clock)
        )
        told = views.redelivered(after, count)
        await interaction.edit_original_response(content=told, view=None)

    async def _endpoint(self, interaction: Interaction, press: Press) -> Endpoint:
        require(interaction, manage_guild=True)
        guild_id = actor_of(interaction).guild_id
        return await self._endpoints.numbered(guild_id, int(press["endpoint"]))


async def _manager(interaction: Interaction, guild_id: int) -> Actor:
    """Whoever presses, where they may manage that server; a direct message has none of its own."""
    user = interaction.user
    if interaction.guild_id is not None:
        require(interaction, manage_guild=True)
        return Actor(interaction.guild_id, user.id, user.name)
    guild = interaction.client.get_guild(guild_id)
    member = await find_member(guild, user.id) if guild is not None else None
    if member is None or not member.guild_permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    return Actor(guild_id, user.id, user.name)
