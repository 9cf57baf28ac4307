"""Commands of `/webhook` about deliveries: test, look, send again, count, examine."""

from discord import app_commands
from discord.app_commands import locale_str

from bot.client.interactions import Interaction, actor_of, reply, working
from bot.features.endpoints.history import ShownState
from bot.features.endpoints.redelivery import Wanted
from bot.texts import N_
from cogs.endpoints import delivery_views, views
from cogs.endpoints.controls_deliveries import RedeliveryProgress, pager_of
from cogs.endpoints.delivery_views import DeliveryQuery
from cogs.endpoints.doctor import Watch, told
from cogs.endpoints.suggestions import WHICH, Suggestions


class DeliveryCommands(Suggestions):
    """Commands about what was sent, and sending it again."""

    @app_commands.command(description=locale_str(N_("Send a test to one webhook")))
    @app_commands.describe(
        name=WHICH, event=locale_str(N_("Send the example of this event instead of test.ping"))
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names, event=Suggestions.event_names)
    async def test(self, interaction: Interaction, name: str, event: str | None = None) -> None:
        async with working(interaction) as answer:
            sent = await self._deliveries.test(actor_of(interaction), name, event)
            await answer(views.tested(sent))

    @app_commands.command(description=locale_str(N_("What a webhook was sent, newest first")))
    @app_commands.describe(name=WHICH, state=locale_str(N_("Only those in this state")))
    @app_commands.choices(
        state=[
            app_commands.Choice(name=locale_str(state), value=state.value) for state in ShownState
        ]
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def deliveries(
        self, interaction: Interaction, name: str, state: str | None = None
    ) -> None:
        guild_id = actor_of(interaction).guild_id
        endpoint = await self._endpoints.get(guild_id, name)
        query = DeliveryQuery(endpoint.id, state or delivery_views.ALL)
        await reply(interaction, await pager_of(self._services).page(guild_id, query))

    @app_commands.command(description=locale_str(N_("One delivery, with every attempt at it")))
    @app_commands.describe(name=WHICH, delivery=locale_str(N_("Its number")))
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    @app_commands.autocomplete(delivery=Suggestions.any_deliveries)
    async def delivery(self, interaction: Interaction, name: str, delivery: int) -> None:
        guild_id = actor_of(interaction).guild_id
        endpoint = await self._endpoints.get(guild_id, name)
        found = await self._deliveries.look(guild_id, endpoint.id, delivery)
        await reply(interaction, delivery_views.detail(found))

    @app_commands.command(description=locale_str(N_("Send again what failed")))
    @app_commands.describe(
        name=WHICH,
        delivery=locale_str(N_("One delivery, by its number")),
        all_failed=locale_str(N_("Everything that failed")),
        since=locale_str(
            N_("What failed or was missed since: 2h, 2026-05-24 11:30 (UTC), a message")
        ),
        include_delivered=locale_str(N_("With `since`: also what arrived already")),
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
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
        async with working(interaction) as answer:
            endpoint, count = await self._services.redelivery.redeliver(
                actor_of(interaction), name, wanted, RedeliveryProgress(interaction, self._clock)
            )
            await answer(views.redelivered(endpoint, count))

    @app_commands.command(description=locale_str(N_("How a webhook did lately, as a picture")))
    @app_commands.describe(name=WHICH, hours=locale_str(N_("Of which time")))
    @app_commands.rename(hours="time")
    @app_commands.choices(
        hours=[
            app_commands.Choice(name=locale_str(N_("last 24 hours")), value=delivery_views.DAY),
            app_commands.Choice(name=locale_str(N_("last 7 days")), value=delivery_views.WEEK),
        ]
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def stats(
        self, interaction: Interaction, name: str, hours: int = delivery_views.DAY
    ) -> None:
        guild_id = actor_of(interaction).guild_id
        async with working(interaction) as answer:
            endpoint = await self._endpoints.get(guild_id, name)
            found = await self._services.statistics.last(guild_id, endpoint.id, hours)
            await answer(await delivery_views.stats(found))

    @app_commands.command(
        description=locale_str(N_("Examine your program with good and bad requests"))
    )
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def doctor(self, interaction: Interaction, name: str) -> None:
        async with working(interaction) as answer:
            watch = Watch(interaction, self._clock)
            examined = await self._services.doctor.examine(actor_of(interaction), name, watch)
            await answer(told(examined))
