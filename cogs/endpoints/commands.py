"""The commands of `/webhook`: read, call, answer."""

from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client.interactions import actor_of
from bot.texts import N_
from cogs.endpoints import missed_view, views
from cogs.endpoints.commands_deliveries import DeliveryCommands
from cogs.endpoints.commands_edit import EditCommands
from cogs.endpoints.doctor import DoctorCommand
from cogs.endpoints.panel import panel
from cogs.endpoints.picker import EventPicker, UnsubscribedEndpoint
from cogs.endpoints.suggestions import WHICH, Interaction, Suggestions


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Webhooks(
    EditCommands,
    DeliveryCommands,
    DoctorCommand,
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
        draft = UnsubscribedEndpoint(name, url, dialect)
        if events is None:
            await self._endpoints.check(actor_of(interaction), name=name, url=url, dialect=dialect)
            picker = EventPicker(self._endpoints, draft)
            await interaction.followup.send(picker.question, view=picker, ephemeral=True)
            return
        created = await self._endpoints.create(
            actor_of(interaction), name=name, url=url, dialect=dialect, patterns=events
        )
        await interaction.followup.send(views.created(created), ephemeral=True)

    @app_commands.command(description=locale_str(N_("All webhooks of this server")))
    async def list(self, interaction: Interaction) -> None:
        found = await self._endpoints.list(actor_of(interaction).guild_id)
        await interaction.response.send_message(embeds=views.overview(found), ephemeral=True)

    @app_commands.command(description=locale_str(N_("One webhook, with buttons to work it")))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def show(self, interaction: Interaction, name: str) -> None:
        guild_id = actor_of(interaction).guild_id
        endpoint = await self._endpoints.get(guild_id, name)
        waiting = await self._deliveries.waiting(endpoint)
        about = await self._services.editing.about(endpoint)
        await interaction.response.send_message(
            view=panel(endpoint, waiting, about), ephemeral=True
        )

    @app_commands.command(description=locale_str(N_("Hold events until you resume the webhook")))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def pause(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._endpoints.pause(actor_of(interaction), name)
        await interaction.response.send_message(views.paused(endpoint), ephemeral=True)

    @app_commands.command(description=locale_str(N_("Send what was held, and go on")))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def resume(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._endpoints.resume(actor_of(interaction), name)
        await interaction.response.send_message(views.resumed(endpoint), ephemeral=True)

    @app_commands.command(description=locale_str(N_("Switch a webhook on again")))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def enable(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._endpoints.enable(actor_of(interaction), name)
        await interaction.response.send_message(views.enabled(endpoint), ephemeral=True)
        waiting = await self._deliveries.waiting(endpoint)
        if waiting.missed.count:
            await interaction.followup.send(
                missed_view.offer(endpoint, waiting.missed),
                view=missed_view.choices(endpoint),
                ephemeral=True,
            )

    @app_commands.command(description=locale_str(N_("Switch a webhook off")))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def disable(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._endpoints.disable(actor_of(interaction), name)
        await interaction.response.send_message(views.disabled(endpoint), ephemeral=True)

    @app_commands.command(description=locale_str(N_("Delete a webhook and what waits for it")))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def delete(self, interaction: Interaction, name: str) -> None:
        guild_id = actor_of(interaction).guild_id
        endpoint = await self._endpoints.get(guild_id, name)
        waiting = await self._endpoints.pending_count(guild_id, name)
        await interaction.response.send_message(
            views.deletion(endpoint, waiting),
            view=views.confirmation(endpoint, waiting),
            ephemeral=True,
        )
