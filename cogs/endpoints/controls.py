"""The buttons under a webhook's panel, its deletion and its deliveries; each checks anew."""

from collections.abc import Awaitable, Callable
from typing import Any

import discord

from bot.acts import Actor
from bot.client.interactions import Press, actor_of, control, require
from bot.features.endpoints.service import Endpoint
from cogs.endpoints import deliveries_view, missed_view, statistics, views
from cogs.endpoints.panel import panel
from cogs.endpoints.services import Services

Interaction = discord.Interaction[Any]
Change = Callable[[Actor, str], Awaitable[Endpoint]]

PANEL = r"webhook:(?P<action>pause|resume|enable|disable):(?P<endpoint>[0-9]{1,18})"
ONE = r"webhook:{action}:(?P<endpoint>[0-9]{{1,18}})"
TURN = (
    r"webhook:page:(?P<endpoint>[0-9]{1,18}):(?P<page>[0-9]{1,9}):(?P<state>[a-z]{1,20})"
    r":(?:back|next)"
)


class EndpointControls:
    """What each button does; the endpoint is looked up in the guild of the click."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._endpoints = endpoints = services.endpoints
        self._deliveries = services.deliveries
        self._changes: dict[str, Change] = {
            "pause": endpoints.pause,
            "resume": endpoints.resume,
            "enable": endpoints.enable,
            "disable": endpoints.disable,
        }

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        return [
            control(PANEL, self.change),
            control(ONE.format(action="test"), self.test),
            control(ONE.format(action="delete"), self.ask),
            control(ONE.format(action="confirm"), self.delete),
            control(ONE.format(action="keep"), self.keep),
            control(ONE.format(action="deliveries"), self.deliveries),
            control(ONE.format(action="state"), self.filter),
            control(ONE.format(action="stats"), self.stats),
            control(TURN, self.turn),
        ]

    async def change(self, interaction: Interaction, press: Press) -> None:
        """Pause, resume, enable or disable, and draw the panel anew."""
        endpoint = await self._endpoint(interaction, press)
        actor = actor_of(interaction)
        changed = await self._changes[press["action"]](actor, endpoint.name)
        waiting = await self._deliveries.waiting(changed)
        about = await self._services.editing.about(changed)
        await interaction.response.edit_message(view=panel(changed, waiting, about))
        if press["action"] == "enable" and waiting.missed.count:
            await interaction.followup.send(
                missed_view.offer(changed, waiting.missed),
                view=missed_view.choices(changed),
                ephemeral=True,
            )

    async def test(self, interaction: Interaction, press: Press) -> None:
        """Send a test."""
        endpoint = await self._endpoint(interaction, press)
        await interaction.response.defer(ephemeral=True, thinking=True)
        sent = await self._deliveries.test(actor_of(interaction), endpoint.name)
        await interaction.followup.send(views.tested(sent), ephemeral=True)

    async def ask(self, interaction: Interaction, press: Press) -> None:
        """Ask before deleting."""
        endpoint = await self._endpoint(interaction, press)
        waiting = await self._endpoints.pending_count(endpoint.guild_id, endpoint.name)
        await interaction.response.send_message(
            views.deletion(endpoint, waiting),
            view=views.confirmation(endpoint, waiting),
            ephemeral=True,
        )

    async def delete(self, interaction: Interaction, press: Press) -> None:
        """Delete; of two clicks the second finds nothing."""
        require(interaction, manage_guild=True)
        endpoint = await self._endpoints.delete(actor_of(interaction), int(press["endpoint"]))
        await interaction.response.edit_message(content=views.deleted(endpoint), view=None)

    async def keep(self, interaction: Interaction, press: Press) -> None:
        """Leave it as it is."""
        endpoint = await self._endpoint(interaction, press)
        await interaction.response.edit_message(content=views.kept(endpoint), view=None)

    async def deliveries(self, interaction: Interaction, press: Press) -> None:
        """Show the first page."""
        endpoint = await self._endpoint(interaction, press)
        page = await self._deliveries.deliveries(endpoint.guild_id, endpoint.name)
        await interaction.response.send_message(
            embed=deliveries_view.embed(page, None),
            view=deliveries_view.controls(page, None),
            ephemeral=True,
        )

    async def filter(self, interaction: Interaction, press: Press) -> None:
        """Show the first page of one state."""
        await self._show(interaction, press, press.values[0], 0)

    async def turn(self, interaction: Interaction, press: Press) -> None:
        """Show the page before or after."""
        await self._show(interaction, press, press["state"], int(press["page"]))

    async def stats(self, interaction: Interaction, press: Press) -> None:
        """Draw the last day."""
        endpoint = await self._endpoint(interaction, press)
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await self._services.statistics.last(endpoint.guild_id, endpoint.id, statistics.DAY)
        picture = await statistics.picture(found)
        await interaction.followup.send(statistics.told(found), file=picture, ephemeral=True)

    async def _show(self, interaction: Interaction, press: Press, state: str, number: int) -> None:
        endpoint = await self._endpoint(interaction, press)
        chosen = None if state == deliveries_view.ALL else state
        page = await self._deliveries.deliveries(
            endpoint.guild_id, endpoint.name, state=chosen, page=number
        )
        await interaction.response.edit_message(
            embed=deliveries_view.embed(page, chosen), view=deliveries_view.controls(page, chosen)
        )

    async def _endpoint(self, interaction: Interaction, press: Press) -> Endpoint:
        require(interaction, manage_guild=True)
        guild_id = actor_of(interaction).guild_id
        return await self._endpoints.numbered(guild_id, int(press["endpoint"]))
