"""Handlers of one webhook for commands and buttons: call the service, and answer."""

from collections.abc import Awaitable, Callable

from bot.acts import Actor
from bot.client.interactions import HeraldModal, Interaction, Press, actor_of, reply, working
from bot.client.progress import ProgressMessage
from bot.client.ui import Pager
from bot.clock import Clock
from bot.controls import Post
from bot.features.dashboard.service import DashboardService
from bot.features.endpoints import Endpoints
from bot.features.endpoints.deliveries import DeliveryPage
from bot.features.endpoints.edits import EditsService
from bot.features.endpoints.redelivery import Wanted
from bot.features.endpoints.service import Endpoint
from bot.texts import _
from cogs.endpoints import delivery_views, picker, views
from cogs.endpoints.delivery_views import ALL, DAY, DeliveryQuery

EndpointAct = Callable[[Interaction, Endpoint], Awaitable[None]]
EndpointChange = Callable[[Actor, str], Awaitable[Endpoint]]


class RedeliveryProgress(ProgressMessage):
    """A long redelivery told as it goes on; call it after each part."""

    async def __call__(self, done: int, total: int) -> None:
        text = _("{done} of {total} go out again …").format(done=done, total=total)
        await self.tell(text, done=done, total=total)


class EndpointHandlers:
    """Every answer is for the person who asked; the endpoint was looked up in their server."""

    def __init__(self, webhooks: Endpoints, dashboard: DashboardService, *, clock: Clock) -> None:
        self.webhooks = webhooks
        self.dashboard = dashboard
        self.clock = clock
        self.pager = Pager(
            delivery_views.TURN,
            write=lambda query: {"endpoint": query.endpoint_id, "state": query.state},
            read=lambda press: DeliveryQuery(int(press["endpoint"]), press["state"]),
            find=self._page,
            draw=delivery_views.listed,
            first=0,
        )

    async def numbered(self, interaction: Interaction, press: Press) -> Endpoint:
        """The one that a button is about, in the guild of the click."""
        guild_id = actor_of(interaction).guild_id
        return await self.webhooks.service.numbered(guild_id, int(press["endpoint"]))

    async def enable(self, interaction: Interaction, actor: Actor, name: str) -> None:
        """Switch it on again, and offer what it missed where a button for it could be answered."""
        async with working(interaction) as answer:
            endpoint = await self.webhooks.service.enable(actor, name)
            await answer(views.said(views.ENABLED, endpoint))
            waiting = await self.webhooks.deliveries.waiting(endpoint)
            if waiting.missed.count and interaction.guild_id is not None:
                await answer(delivery_views.missed(endpoint, waiting.missed))

    async def ask_deletion(self, interaction: Interaction, endpoint: Endpoint) -> None:
        """Ask before deleting."""
        service = self.webhooks.service
        waiting = await service.pending_count(endpoint.guild_id, endpoint.name)
        await reply(interaction, views.deletion(endpoint, waiting))

    def asking(self, modal: Callable[[EditsService, Endpoint], HeraldModal]) -> EndpointAct:
        """What asks for whatever that modal is about."""

        async def ask(interaction: Interaction, endpoint: Endpoint) -> None:
            await interaction.response.send_modal(modal(self.webhooks.edits, endpoint))

        return ask

    async def events(self, interaction: Interaction, endpoint: Endpoint) -> None:
        """Show what can be ticked."""
        await reply(interaction, picker.selects(endpoint, self.webhooks.unsent))

    async def rotation(self, interaction: Interaction, endpoint: Endpoint) -> None:
        """Ask from when on a new secret should sign, or what becomes of the one that waits."""
        await reply(interaction, views.rotation(endpoint))

    async def test(self, interaction: Interaction, endpoint: Endpoint) -> None:
        """Send a test."""
        async with working(interaction) as answer:
            sent = await self.webhooks.deliveries.test(actor_of(interaction), endpoint.name, None)
            await answer(views.tested(sent))

    async def deliveries(
        self, interaction: Interaction, endpoint: Endpoint, state: str = ALL
    ) -> None:
        """Show the first page."""
        query = DeliveryQuery(endpoint.id, state)
        await reply(interaction, await self.pager.page(endpoint.guild_id, query))

    async def delivery(self, interaction: Interaction, endpoint_id: int, delivery_id: int) -> None:
        """Show one with its attempts."""
        guild_id = actor_of(interaction).guild_id
        found = await self.webhooks.deliveries.look(guild_id, endpoint_id, delivery_id)
        await reply(interaction, delivery_views.detail(found))

    async def redeliver(self, interaction: Interaction, name: str, wanted: Wanted) -> None:
        """Send again what is wanted."""
        async with working(interaction) as answer:
            endpoint, count = await self.webhooks.redelivery.redeliver(
                actor_of(interaction), name, wanted, RedeliveryProgress(interaction, self.clock)
            )
            await answer(views.redelivered(endpoint, count))

    async def offer_missed(self, interaction: Interaction, endpoint: Endpoint) -> None:
        """Ask what becomes of what was missed."""
        waiting = await self.webhooks.deliveries.waiting(endpoint)
        await reply(interaction, delivery_views.missed(endpoint, waiting.missed))

    async def stats(self, interaction: Interaction, endpoint: Endpoint) -> None:
        """Draw how it did lately."""
        async with working(interaction) as answer:
            await answer(await drawn(self.webhooks, endpoint, DAY))

    async def _page(self, guild_id: int, query: DeliveryQuery, number: int) -> DeliveryPage:
        endpoint = await self.webhooks.service.numbered(guild_id, query.endpoint_id)
        state = None if query.state == ALL else query.state
        return await self.webhooks.deliveries.deliveries(
            guild_id, endpoint.name, state=state, page=number
        )


async def drawn(webhooks: Endpoints, endpoint: Endpoint, hours: int) -> Post:
    """How it did in the last hours, as a picture."""
    found = await webhooks.statistics.last(endpoint.guild_id, endpoint.id, hours)
    return await delivery_views.stats(found)
