"""Commands of `/webhook` about deliveries: test, look, send again, count, examine."""

from discord import app_commands
from discord.app_commands import Choice

from bot.client.interactions import Interaction, actor_of, working
from bot.client.ui import command
from bot.features.endpoints.history import ShownState
from bot.features.endpoints.redelivery import Wanted
from bot.texts import N_
from cogs.endpoints import delivery_views, views
from cogs.endpoints.doctor import Watch, told
from cogs.endpoints.handlers import drawn
from cogs.endpoints.suggestions import Suggestions, one


class DeliveryCommands(Suggestions):
    """Commands about what was sent, and sending it again."""

    @one(
        N_("Send a test to one webhook"),
        event=N_("Send the example of this event instead of test.ping"),
    )
    @app_commands.autocomplete(event=Suggestions.event_names)
    async def test(self, interaction: Interaction, name: str, event: str | None = None) -> None:
        async with working(interaction) as answer:
            sent = await self._webhooks.deliveries.test(actor_of(interaction), name, event)
            await answer(views.tested(sent))

    @one(N_("What a webhook was sent, newest first"), state=N_("Only those in this state"))
    @app_commands.choices(state=[Choice(name=state, value=state.value) for state in ShownState])
    async def deliveries(
        self, interaction: Interaction, name: str, state: str | None = None
    ) -> None:
        endpoint = await self._found(interaction, name)
        await self._handlers.deliveries(interaction, endpoint, state or delivery_views.ALL)

    @one(N_("One delivery, with every attempt at it"), delivery=N_("Its number"))
    @app_commands.autocomplete(delivery=Suggestions.any_deliveries)
    async def delivery(self, interaction: Interaction, name: str, delivery: int) -> None:
        endpoint = await self._found(interaction, name)
        await self._handlers.delivery(interaction, endpoint.id, delivery)

    @one(
        N_("Send again what failed"),
        delivery=N_("One delivery, by its number"),
        all_failed=N_("Everything that failed"),
        since=N_("What failed or was missed since: 2h, 2026-05-24 11:30 (UTC), a message"),
        include_delivered=N_("With `since`: also what arrived already"),
    )
    @app_commands.autocomplete(delivery=Suggestions.failed_deliveries)
    async def redeliver(
        self,
        interaction: Interaction,
        name: str,
        delivery: int | None = None,
        all_failed: bool = False,
        since: str | None = None,
        include_delivered: bool = False,
    ) -> None:
        wanted = Wanted(delivery, all_failed, since, include_delivered)
        await self._handlers.redeliver(interaction, name, wanted)

    @one(N_("How a webhook did lately, as a picture"), hours=N_("Of which time"))
    @app_commands.rename(hours="time")
    @app_commands.choices(
        hours=[
            Choice(name=N_("last 24 hours"), value=delivery_views.DAY),
            Choice(name=N_("last 7 days"), value=delivery_views.WEEK),
        ]
    )
    async def stats(
        self, interaction: Interaction, name: str, hours: int = delivery_views.DAY
    ) -> None:
        async with working(interaction) as answer:
            endpoint = await self._found(interaction, name)
            await answer(await drawn(self._webhooks, endpoint, hours))

    @command(N_("Webhooks, deliveries and charts on a web page of yours"))
    async def dashboard(self, interaction: Interaction) -> None:
        async with working(interaction) as answer:
            url = await self._handlers.dashboard.issue(actor_of(interaction))
            await answer(views.opens_dashboard(url))

    @one(N_("Examine your program with good and bad requests"))
    async def doctor(self, interaction: Interaction, name: str) -> None:
        async with working(interaction) as answer:
            watch = Watch(interaction, self._handlers.clock)
            examined = await self._webhooks.doctor.examine(actor_of(interaction), name, watch)
            await answer(told(examined))
