"""Controls of deliveries, buttons and selects: look at them, send them again, give them up."""

from typing import Any

import discord
from discord import app_commands

from bot.acts import Actor
from bot.client.discord_reads import member_of
from bot.client.interactions import Interaction, Press, actor_of, control, redraw, reply, require
from bot.client.progress import ProgressMessage
from bot.client.ui import Pager
from bot.clock import Clock
from bot.features.endpoints.deliveries import DeliveryPage, Detail
from bot.features.endpoints.notices import REENABLE, WHY
from bot.features.endpoints.redelivery import Wanted
from bot.texts import _
from cogs.endpoints import delivery_views, panel, views
from cogs.endpoints.controls import MANAGES, endpoint_of
from cogs.endpoints.delivery_views import DeliveryQuery
from cogs.endpoints.services import EndpointServices


class RedeliveryProgress(ProgressMessage):
    """A long redelivery told as it goes on; call it after each part."""

    async def __call__(self, done: int, total: int) -> None:
        text = _("{done} of {total} go out again …").format(done=done, total=total)
        await self.tell(text, done=done, total=total)


class DeliveryControls:
    """Buttons to look at deliveries; the endpoint is looked up in the guild of the click."""

    def __init__(self, services: EndpointServices) -> None:
        self._services = services
        self.pager = pager_of(services)

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        acts = (
            (panel.DELIVERIES, self.list),
            (delivery_views.STATE, self.filter),
            (delivery_views.LOOK, self.look),
            (delivery_views.ATTEMPTS, self.turn_attempts),
            (delivery_views.ANSWER, self.pick_attempt),
        )
        items = [control(known_by, act, permission=MANAGES) for known_by, act in acts]
        return [*items, self.pager.item(MANAGES)]

    async def list(self, interaction: Interaction, press: Press) -> None:
        """Show the first page."""
        query = DeliveryQuery(int(press["endpoint"]))
        await reply(interaction, await self.pager.page(actor_of(interaction).guild_id, query))

    async def filter(self, interaction: Interaction, press: Press) -> None:
        """Show the first page of one state."""
        query = DeliveryQuery(int(press["endpoint"]), press.values[0])
        await redraw(interaction, await self.pager.page(actor_of(interaction).guild_id, query))

    async def look(self, interaction: Interaction, press: Press) -> None:
        """Show one delivery with its attempts."""
        found = await self._detail(interaction, press, press.values[0])
        await reply(interaction, delivery_views.detail(found))

    async def turn_attempts(self, interaction: Interaction, press: Press) -> None:
        """Show newer or older attempts."""
        found = await self._detail(interaction, press, press["delivery"])
        await redraw(interaction, delivery_views.detail(found, page=int(press["page"])))

    async def pick_attempt(self, interaction: Interaction, press: Press) -> None:
        """Show the answer to another attempt."""
        found = await self._detail(interaction, press, press["delivery"])
        picked, page = int(press.values[0]), int(press["page"])
        await redraw(interaction, delivery_views.detail(found, page=page, picked=picked))

    async def _detail(self, interaction: Interaction, press: Press, delivery: str) -> Detail:
        guild_id = actor_of(interaction).guild_id
        return await self._services.deliveries.look(guild_id, int(press["endpoint"]), int(delivery))


class RedeliveryControls:
    """Buttons that send again or give up; the endpoint is looked up in the guild it is about."""

    def __init__(self, services: EndpointServices, clock: Clock) -> None:
        self._services = services
        self._endpoints = services.endpoints
        self._deliveries = services.deliveries
        self._redelivery = services.redelivery
        self._clock = clock

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        acts = (
            (delivery_views.REDELIVER, self.redeliver),
            (panel.MISSED, self.offer),
            (delivery_views.REPLAY, self.replay),
            (delivery_views.CHOOSE, self.choose),
            (delivery_views.TYPES, self.replay_types),
            (delivery_views.DROP, self.drop),
        )
        items = [control(known_by, act, permission=MANAGES) for known_by, act in acts]
        # A direct message has no server whose permissions Discord could tell.
        return [*items, control(WHY, self.why), control(REENABLE, self.reenable)]

    async def redeliver(self, interaction: Interaction, press: Press) -> None:
        """Send one delivery again."""
        endpoint = await endpoint_of(self._services, interaction, press)
        wanted = Wanted(delivery_id=int(press["delivery"]))
        actor = actor_of(interaction)
        after, count = await self._redelivery.redeliver(actor, endpoint.name, wanted)
        await reply(interaction, views.redelivered(after, count))

    async def offer(self, interaction: Interaction, press: Press) -> None:
        """Ask what becomes of what was missed."""
        endpoint = await endpoint_of(self._services, interaction, press)
        waiting = await self._deliveries.waiting(endpoint)
        await reply(interaction, delivery_views.missed(endpoint, waiting.missed))

    async def replay(self, interaction: Interaction, press: Press) -> None:
        """Send all that was missed."""
        await self._replay(interaction, press, None)

    async def replay_types(self, interaction: Interaction, press: Press) -> None:
        """Send what was missed of the chosen types."""
        await self._replay(interaction, press, press.values)

    async def choose(self, interaction: Interaction, press: Press) -> None:
        """Show which types were missed."""
        endpoint = await endpoint_of(self._services, interaction, press)
        missed = (await self._deliveries.waiting(endpoint)).missed
        if missed.count:
            await redraw(interaction, delivery_views.missed_types(endpoint, missed))
        else:
            await redraw(interaction, delivery_views.nothing_missed(endpoint))

    async def drop(self, interaction: Interaction, press: Press) -> None:
        """Forget what was missed."""
        endpoint = await endpoint_of(self._services, interaction, press)
        await interaction.response.defer()
        after, count = await self._redelivery.drop_missed(actor_of(interaction), endpoint.id)
        await redraw(interaction, delivery_views.dropped(after, count))

    async def why(self, interaction: Interaction, press: Press) -> None:
        """Show the last attempts of a webhook that was switched off."""
        actor = await _may_manage(interaction, int(press["guild"]))
        endpoint_id = int(press["endpoint"])
        endpoint = await self._endpoints.numbered(actor.guild_id, endpoint_id)
        attempts = await self._deliveries.last_attempts(actor.guild_id, endpoint_id)
        await reply(interaction, delivery_views.last_attempts(endpoint, attempts))

    async def reenable(self, interaction: Interaction, press: Press) -> None:
        """Switch it on again, and offer what it missed where that can be answered."""
        actor = await _may_manage(interaction, int(press["guild"]))
        seen = await self._endpoints.numbered(actor.guild_id, int(press["endpoint"]))
        endpoint = await self._endpoints.enable(actor, seen.name)
        await reply(interaction, views.enabled(endpoint))
        waiting = await self._deliveries.waiting(endpoint)
        if waiting.missed.count and interaction.guild_id is not None:
            await reply(interaction, delivery_views.missed(endpoint, waiting.missed))

    async def _replay(
        self, interaction: Interaction, press: Press, types: tuple[str, ...] | None
    ) -> None:
        endpoint = await endpoint_of(self._services, interaction, press)
        await interaction.response.defer()
        after, count = await self._redelivery.replay(
            actor_of(interaction), endpoint.id, types, RedeliveryProgress(interaction, self._clock)
        )
        await redraw(interaction, views.redelivered(after, count))


def pager_of(services: EndpointServices) -> Pager[DeliveryQuery, DeliveryPage]:
    """An endpoint's deliveries, whose pages count from 0."""

    async def find(guild_id: int, query: DeliveryQuery, number: int) -> DeliveryPage:
        endpoint = await services.endpoints.numbered(guild_id, query.endpoint_id)
        state = None if query.state == delivery_views.ALL else query.state
        return await services.deliveries.deliveries(
            guild_id, endpoint.name, state=state, page=number
        )

    return Pager(
        delivery_views.TURN,
        write=lambda query: {"endpoint": query.endpoint_id, "state": query.state},
        read=lambda press: DeliveryQuery(int(press["endpoint"]), press["state"]),
        find=find,
        draw=delivery_views.listed,
        first=0,
    )


async def _may_manage(interaction: Interaction, guild_id: int) -> Actor:
    """Whoever presses, where they may manage that server; a direct message has none of its own."""
    user = interaction.user
    if interaction.guild_id is not None:
        require(interaction, manage_guild=True)
        return Actor(interaction.guild_id, user.id, user.name)
    guild = interaction.client.get_guild(guild_id)
    member = await member_of(guild, user.id) if guild is not None else None
    if member is None or not member.guild_permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    return Actor(guild_id, user.id, user.name)
