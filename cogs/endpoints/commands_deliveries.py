"""The commands of `/webhook` about what is sent: test, look, send again, count."""

from discord import app_commands
from discord.app_commands import locale_str

from bot.client.interactions import actor_of
from bot.features.endpoints.deliveries import ShownState
from bot.features.endpoints.redelivery import Wanted
from bot.texts import N_
from cogs.endpoints import deliveries_view, statistics, views
from cogs.endpoints.delivery_view import detail
from cogs.endpoints.progress import RedeliveryProgress
from cogs.endpoints.suggestions import WHICH, Interaction, Suggestions


class DeliveryCommands(Suggestions):
    """What was sent, and sending it again."""

    @app_commands.command(description=locale_str(N_("Send a test to one webhook")))
    @app_commands.describe(
        name=WHICH, event=locale_str(N_("Send the example of this event instead of test.ping"))
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names, event=Suggestions.event_names)
    async def test(self, interaction: Interaction, name: str, event: str | None = None) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        sent = await self._deliveries.test(actor_of(interaction), name, event)
        await interaction.followup.send(views.tested(sent), ephemeral=True)

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
        page = await self._deliveries.deliveries(guild_id, name, state=state)
        await interaction.response.send_message(
            embed=deliveries_view.embed(page, state),
            view=deliveries_view.controls(page, state),
            ephemeral=True,
        )

    @app_commands.command(description=locale_str(N_("One delivery, with every attempt at it")))
    @app_commands.describe(name=WHICH, delivery=locale_str(N_("Its number")))
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    @app_commands.autocomplete(delivery=Suggestions.any_deliveries)
    async def delivery(self, interaction: Interaction, name: str, delivery: int) -> None:
        guild_id = actor_of(interaction).guild_id
        endpoint = await self._endpoints.get(guild_id, name)
        found = await self._deliveries.look(guild_id, endpoint.id, delivery)
        await interaction.response.send_message(view=detail(found), ephemeral=True)

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
        await interaction.response.defer(ephemeral=True, thinking=True)
        wanted = Wanted(delivery, all_failed, since, include_delivered)
        endpoint, count = await self._services.redelivery.redeliver(
            actor_of(interaction), name, wanted, RedeliveryProgress(interaction, self._clock)
        )
        told = views.redelivered(endpoint, count)
        await interaction.edit_original_response(content=told)

    @app_commands.command(description=locale_str(N_("How a webhook did lately, as a picture")))
    @app_commands.describe(name=WHICH, hours=locale_str(N_("Of which time")))
    @app_commands.rename(hours="time")
    @app_commands.choices(
        hours=[
            app_commands.Choice(name=locale_str(N_("last 24 hours")), value=statistics.DAY),
            app_commands.Choice(name=locale_str(N_("last 7 days")), value=statistics.WEEK),
        ]
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def stats(self, interaction: Interaction, name: str, hours: int = statistics.DAY) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        guild_id = actor_of(interaction).guild_id
        endpoint = await self._endpoints.get(guild_id, name)
        found = await self._services.statistics.last(guild_id, endpoint.id, hours)
        picture = await statistics.picture(found)
        await interaction.followup.send(statistics.told(found), file=picture, ephemeral=True)
