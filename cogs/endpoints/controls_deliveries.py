"""Controls of deliveries, buttons and selects: look at them, send them again, give them up."""

from typing import Any

import discord
from discord import app_commands

from bot.acts import Actor
from bot.client.discord_calls import member_of
from bot.client.interactions import Interaction, Press, actor_of, control, redraw, reply, require
from bot.client.refusals import BotMissing
from bot.features.endpoints.notices import REENABLE, WHY
from bot.features.endpoints.redelivery import Wanted
from cogs.endpoints import delivery_views, views
from cogs.endpoints.controls import MANAGES
from cogs.endpoints.delivery_views import DeliveryQuery
from cogs.endpoints.handlers import EndpointHandlers, RedeliveryProgress


class DeliveryControls:
    """Controls of deliveries; the endpoint is looked up in the guild that it is about."""

    def __init__(self, handlers: EndpointHandlers) -> None:
        self._handlers = handlers
        self._webhooks = handlers.webhooks

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        acts = (
            (delivery_views.STATE, self.filter),
            (delivery_views.LOOK, self.look),
            (delivery_views.ATTEMPTS, self.show_attempts),
            (delivery_views.ANSWER, self.show_attempts),
            (delivery_views.REDELIVER, self.redeliver),
            (delivery_views.REPLAY, self.replay),
            (delivery_views.CHOOSE, self.choose),
            (delivery_views.TYPES, self.replay_types),
            (delivery_views.DROP, self.drop),
        )
        items = [control(known_by, act, permission=MANAGES) for known_by, act in acts]
        # A direct message has no server whose permissions Discord could tell.
        items += [control(WHY, self.why), control(REENABLE, self.reenable)]
        return [*items, self._handlers.pager.item(MANAGES)]

    async def filter(self, interaction: Interaction, press: Press) -> None:
        """Show the first page of one state."""
        query = DeliveryQuery(int(press["endpoint"]), press.values[0])
        pager, guild_id = self._handlers.pager, actor_of(interaction).guild_id
        await redraw(interaction, await pager.page(guild_id, query))

    async def look(self, interaction: Interaction, press: Press) -> None:
        """Show one delivery with its attempts."""
        await self._handlers.delivery(interaction, int(press["endpoint"]), int(press.values[0]))

    async def show_attempts(self, interaction: Interaction, press: Press) -> None:
        """Show newer or older attempts, or the answer to the one that was picked."""
        found = await self._webhooks.deliveries.look(
            actor_of(interaction).guild_id, int(press["endpoint"]), int(press["delivery"])
        )
        picked = int(press.values[0]) if press.values else None
        shown = delivery_views.detail(found, page=int(press["page"]), picked=picked)
        await redraw(interaction, shown)

    async def redeliver(self, interaction: Interaction, press: Press) -> None:
        """Send one delivery again."""
        endpoint = await self._handlers.numbered(interaction, press)
        wanted = Wanted(delivery_id=int(press["delivery"]))
        await self._handlers.redeliver(interaction, endpoint.name, wanted)

    async def replay(self, interaction: Interaction, press: Press) -> None:
        """Send all that was missed."""
        await self._replay(interaction, press, None)

    async def replay_types(self, interaction: Interaction, press: Press) -> None:
        """Send what was missed of the chosen types; of none chosen nothing."""
        await self._replay(interaction, press, press.values)

    async def _replay(
        self, interaction: Interaction, press: Press, types: tuple[str, ...] | None
    ) -> None:
        await interaction.response.defer()
        after, count = await self._webhooks.redelivery.replay(
            actor_of(interaction),
            int(press["endpoint"]),
            types,
            RedeliveryProgress(interaction, self._handlers.clock),
        )
        await redraw(interaction, views.redelivered(after, count))

    async def choose(self, interaction: Interaction, press: Press) -> None:
        """Show which types were missed."""
        endpoint = await self._handlers.numbered(interaction, press)
        missed = (await self._webhooks.deliveries.waiting(endpoint)).missed
        if missed.count:
            await redraw(interaction, delivery_views.missed_types(endpoint, missed))
        else:
            await redraw(interaction, views.said(views.NOTHING_MISSED, endpoint))

    async def drop(self, interaction: Interaction, press: Press) -> None:
        """Forget what was missed."""
        await interaction.response.defer()
        actor, endpoint_id = actor_of(interaction), int(press["endpoint"])
        after, count = await self._webhooks.redelivery.drop_missed(actor, endpoint_id)
        await redraw(interaction, delivery_views.dropped(after, count))

    async def why(self, interaction: Interaction, press: Press) -> None:
        """Show the last attempts of a webhook that was switched off."""
        actor = await _may_manage(interaction, int(press["guild"]))
        endpoint_id = int(press["endpoint"])
        endpoint = await self._webhooks.service.numbered(actor.guild_id, endpoint_id)
        attempts = await self._webhooks.deliveries.last_attempts(actor.guild_id, endpoint_id)
        await reply(interaction, delivery_views.last_attempts(endpoint, attempts))

    async def reenable(self, interaction: Interaction, press: Press) -> None:
        """Switch it on again."""
        actor = await _may_manage(interaction, int(press["guild"]))
        seen = await self._webhooks.service.numbered(actor.guild_id, int(press["endpoint"]))
        await self._handlers.enable(interaction, actor, seen.name)


async def _may_manage(interaction: Interaction, guild_id: int) -> Actor:
    """Whoever presses, where they may manage that server; a direct message has none of its own."""
    user = interaction.user
    if interaction.guild_id is not None:
        require(interaction, manage_guild=True)
        return actor_of(interaction)
    guild = interaction.client.get_guild(guild_id)
    if guild is None:
        raise BotMissing(interaction.client.application_id)
    member = await member_of(guild, user.id)
    if member is None or not member.guild_permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    return Actor(guild_id, user.id, user.name)
