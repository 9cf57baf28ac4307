"""Controls of a webhook's feed; each looks the webhook up in the guild of the click."""

from typing import Any

import discord

from bot.client.interactions import Interaction, Press, actor_of, control, redraw, reply
from bot.features.endpoints.feeds import FeedsService, NewToken
from bot.features.endpoints.service import Endpoint
from cogs.endpoints import feed_views, views
from cogs.endpoints.controls import MANAGES
from cogs.endpoints.handlers import EndpointHandlers


class FeedControls:
    """Opens and closes feeds."""

    def __init__(self, handlers: EndpointHandlers) -> None:
        self._handlers = handlers
        self._feeds = handlers.webhooks.feeds

    def items(self) -> list[type[discord.ui.DynamicItem[Any]]]:
        """What the client must know to answer old messages."""
        acts = (
            (feed_views.FEED, self.pressed),
            (feed_views.FEED_OPEN, self.open),
            (feed_views.FEED_CLOSE, self.close),
        )
        return [control(known_by, act, permission=MANAGES) for known_by, act in acts]

    async def pressed(self, interaction: Interaction, press: Press) -> None:
        """Show what there is."""
        endpoint = await self._handlers.numbered(interaction, press)
        await show_feed(interaction, self._feeds, endpoint)

    async def open(self, interaction: Interaction, press: Press) -> None:
        """Show a token this once, and then let it read."""
        await interaction.response.defer()
        endpoint = await self._handlers.numbered(interaction, press)
        shown: list[NewToken] = []

        async def show(new: NewToken) -> None:
            await redraw(interaction, feed_views.offered_token(new))
            shown.append(new)

        version = int(press["version"])
        await self._feeds.open(actor_of(interaction), endpoint, version, show)
        await redraw(interaction, feed_views.opened(shown[0]))

    async def close(self, interaction: Interaction, press: Press) -> None:
        """Let no token read it any more."""
        await interaction.response.defer()
        endpoint_id, version = int(press["endpoint"]), int(press["version"])
        closed = await self._feeds.close(actor_of(interaction), endpoint_id, version)
        await redraw(interaction, views.said(feed_views.CLOSED, closed))


async def show_feed(interaction: Interaction, feeds: FeedsService, endpoint: Endpoint) -> None:
    """Show whether there is a feed, and what can be done about it."""
    await reply(interaction, feed_views.feed(endpoint, feeds.address(endpoint)))
