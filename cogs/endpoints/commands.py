"""The commands of `/webhook`: read, call, answer."""

from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client.answers import actor_of
from bot.features.endpoints.deliveries import Shown
from bot.texts import N_
from cogs.endpoints import drawing, pages
from cogs.endpoints.picker import Draft, EventPicker
from cogs.endpoints.suggestions import Interaction, Suggestions

WHICH = locale_str(N_("The webhook's name"))


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Webhooks(
    Suggestions,
    commands.GroupCog,
    group_name="webhook",
    group_description=locale_str(N_("Send what happens in this server to your own programs")),
):
    """Everything that `/webhook` offers; each answer is seen by nobody but the person who asks."""

    @app_commands.command(description=locale_str(N_("Add a webhook; its secret is shown once")))
    @app_commands.describe(
        name=locale_str(N_("A short name, to tell it from the others")),
        url=locale_str(N_("Where events go: an https:// address")),
        events=locale_str(N_("* for all, case.* for an area, or names; leave out to pick them")),
        dialect=locale_str(N_("How requests are spelled and signed")),
    )
    @app_commands.autocomplete(events=Suggestions.event_patterns, dialect=Suggestions.dialect_names)
    async def create(
        self,
        interaction: Interaction,
        name: str,
        url: str,
        events: str | None = None,
        dialect: str = "phantom",
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        draft = Draft(name, url, dialect)
        if events is None:
            await self._endpoints.check(actor_of(interaction), name=name, url=url, dialect=dialect)
            picker = EventPicker(self._endpoints, draft)
            await interaction.followup.send(picker.question, view=picker, ephemeral=True)
            return
        created = await self._endpoints.create(
            actor_of(interaction), name=name, url=url, dialect=dialect, patterns=events
        )
        await interaction.followup.send(drawing.created(created), ephemeral=True)

    @app_commands.command(description=locale_str(N_("All webhooks of this server")))
    async def list(self, interaction: Interaction) -> None:
        found = await self._endpoints.list(actor_of(interaction).guild_id)
        await interaction.response.send_message(embeds=drawing.overview(found), ephemeral=True)

    @app_commands.command(description=locale_str(N_("One webhook, with buttons to work it")))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def show(self, interaction: Interaction, name: str) -> None:
        guild_id = actor_of(interaction).guild_id
        endpoint = await self._endpoints.get(guild_id, name)
        waiting = await self._endpoints.pending_count(guild_id, name)
        await interaction.response.send_message(
            embed=drawing.panel(endpoint, waiting), view=drawing.buttons(endpoint), ephemeral=True
        )

    @app_commands.command(description=locale_str(N_("Send a test to one webhook")))
    @app_commands.describe(
        name=WHICH, event=locale_str(N_("Send the example of this event instead of test.ping"))
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names, event=Suggestions.event_names)
    async def test(self, interaction: Interaction, name: str, event: str | None = None) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        sent = await self._deliveries.test(actor_of(interaction), name, event)
        await interaction.followup.send(drawing.tested(sent), ephemeral=True)

    @app_commands.command(description=locale_str(N_("Hold events until you resume the webhook")))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def pause(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._endpoints.pause(actor_of(interaction), name)
        await interaction.response.send_message(drawing.paused(endpoint), ephemeral=True)

    @app_commands.command(description=locale_str(N_("Send what was held, and go on")))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def resume(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._endpoints.resume(actor_of(interaction), name)
        await interaction.response.send_message(drawing.resumed(endpoint), ephemeral=True)

    @app_commands.command(description=locale_str(N_("Switch a webhook on again")))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def enable(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._endpoints.enable(actor_of(interaction), name)
        await interaction.response.send_message(drawing.enabled(endpoint), ephemeral=True)

    @app_commands.command(description=locale_str(N_("Switch a webhook off")))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def disable(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._endpoints.disable(actor_of(interaction), name)
        await interaction.response.send_message(drawing.disabled(endpoint), ephemeral=True)

    @app_commands.command(description=locale_str(N_("What a webhook was sent, newest first")))
    @app_commands.describe(name=WHICH, state=locale_str(N_("Only those in this state")))
    @app_commands.choices(
        state=[app_commands.Choice(name=locale_str(state), value=state.value) for state in Shown]
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def deliveries(
        self, interaction: Interaction, name: str, state: str | None = None
    ) -> None:
        guild_id = actor_of(interaction).guild_id
        page = await self._deliveries.deliveries(guild_id, name, state=state)
        await interaction.response.send_message(
            embed=pages.embed(page, state), view=pages.controls(page, state), ephemeral=True
        )

    @app_commands.command(description=locale_str(N_("Send again what failed")))
    @app_commands.describe(
        name=WHICH,
        delivery=locale_str(N_("One delivery, by its number")),
        all_failed=locale_str(N_("Everything that failed")),
        since=locale_str(N_("What failed or was missed since: 2h, 1d12h, 2026-05-24 11:30 (UTC)")),
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
    ) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        count = await self._deliveries.redeliver(
            actor, name, delivery_id=delivery, all_failed=all_failed, since=since
        )
        endpoint = await self._endpoints.get(actor.guild_id, name)
        await interaction.followup.send(drawing.redelivered(endpoint, count), ephemeral=True)

    @app_commands.command(description=locale_str(N_("Delete a webhook and what waits for it")))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def delete(self, interaction: Interaction, name: str) -> None:
        guild_id = actor_of(interaction).guild_id
        endpoint = await self._endpoints.get(guild_id, name)
        waiting = await self._endpoints.pending_count(guild_id, name)
        await interaction.response.send_message(
            drawing.deletion(endpoint, waiting),
            view=drawing.confirmation(endpoint, waiting),
            ephemeral=True,
        )
