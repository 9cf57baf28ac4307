"""Commands of `/webhook`: read, call, answer."""

from discord import app_commands
from discord.ext import commands

from bot.client.interactions import Interaction, actor_of, reply, working
from bot.features.endpoints.edits import Rotation
from bot.texts import N_
from cogs.endpoints import views
from cogs.endpoints.commands_deliveries import DeliveryCommands
from cogs.endpoints.delivery_views import missed
from cogs.endpoints.modals import EditModal, LimitsModal
from cogs.endpoints.panel import panel
from cogs.endpoints.picker import EventPicker, UnsubscribedEndpoint, selects, subscribed
from cogs.endpoints.suggestions import WHICH, Suggestions


class Webhooks(
    DeliveryCommands,
    commands.GroupCog,
    permission="manage_guild",
    group_name="webhook",
    group_description=N_("Send what happens in this server to your own programs"),
):
    """Commands of `/webhook`; each answer is seen by nobody but the person who asks."""

    @app_commands.command(description=N_("Add a webhook; its secret is shown once"))
    @app_commands.describe(
        name=N_("A short name, to tell it from the others"),
        url=N_("Where events go: an https:// address"),
        events=N_("* for all, case.* for an area, or names; leave out to pick them"),
        dialect=N_("How requests are spelled and signed"),
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
        if events is None:
            await self._pick_events(interaction, UnsubscribedEndpoint(name, url, dialect))
            return
        async with working(interaction) as answer:
            created = await self._endpoints.create(
                actor_of(interaction), name=name, url=url, dialect=dialect, patterns=events
            )
            await answer(views.created(created))

    @app_commands.command(description=N_("All webhooks of this server"))
    async def list(self, interaction: Interaction) -> None:
        found = await self._endpoints.list(actor_of(interaction).guild_id)
        await reply(interaction, views.overview(found))

    @app_commands.command(description=N_("One webhook, with buttons to work it"))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def show(self, interaction: Interaction, name: str) -> None:
        guild_id = actor_of(interaction).guild_id
        endpoint = await self._endpoints.get(guild_id, name)
        waiting = await self._deliveries.waiting(endpoint)
        about = await self._services.editing.about(endpoint)
        await reply(interaction, panel(endpoint, waiting, about))

    @app_commands.command(description=N_("Hold events until you resume the webhook"))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def pause(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._endpoints.pause(actor_of(interaction), name)
        await reply(interaction, views.paused(endpoint))

    @app_commands.command(description=N_("Send what was held, and go on"))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def resume(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._endpoints.resume(actor_of(interaction), name)
        await reply(interaction, views.resumed(endpoint))

    @app_commands.command(description=N_("Switch a webhook on again"))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def enable(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._endpoints.enable(actor_of(interaction), name)
        await reply(interaction, views.enabled(endpoint))
        waiting = await self._deliveries.waiting(endpoint)
        if waiting.missed.count:
            await reply(interaction, missed(endpoint, waiting.missed))

    @app_commands.command(description=N_("Switch a webhook off"))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def disable(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._endpoints.disable(actor_of(interaction), name)
        await reply(interaction, views.disabled(endpoint))

    @app_commands.command(description=N_("Delete a webhook and what waits for it"))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def delete(self, interaction: Interaction, name: str) -> None:
        guild_id = actor_of(interaction).guild_id
        endpoint = await self._endpoints.get(guild_id, name)
        waiting = await self._endpoints.pending_count(guild_id, name)
        await reply(interaction, views.deletion(endpoint, waiting))

    @app_commands.command(
        description=N_(
            "Change a webhook's name, address, description or headers; its filter or limits"
        )
    )
    @app_commands.describe(name=WHICH, part=N_("What to change"))
    @app_commands.choices(
        part=[
            app_commands.Choice(name=N_("name, address, description, headers"), value="text"),
            app_commands.Choice(name=N_("filter, balance threshold, rate limit"), value="limits"),
        ]
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def edit(self, interaction: Interaction, name: str, part: str = "text") -> None:
        endpoint = await self._endpoints.get(actor_of(interaction).guild_id, name)
        modal = LimitsModal if part == "limits" else EditModal
        await interaction.response.send_modal(modal(self._services.editing, endpoint))

    @app_commands.command(description=N_("Change which events a webhook gets"))
    @app_commands.describe(
        name=WHICH,
        events=N_("* for all, case.* for an area, or names; leave out to pick them"),
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names, events=Suggestions.event_patterns)
    async def events(self, interaction: Interaction, name: str, events: str | None = None) -> None:
        actor = actor_of(interaction)
        endpoint = await self._endpoints.get(actor.guild_id, name)
        if events is None:
            await reply(interaction, selects(endpoint))
            return
        changed = await self._services.editing.subscribe(
            actor, endpoint.id, events, endpoint.version
        )
        await reply(interaction, subscribed(changed))

    @app_commands.command(description=N_("Make a new secret, at once or kept until you switch"))
    @app_commands.describe(name=WHICH, mode=N_("From when on the new one signs"))
    @app_commands.choices(
        mode=[
            app_commands.Choice(name=N_("switch at once"), value=Rotation.AT_ONCE.value),
            app_commands.Choice(
                name=N_("keep the old one until I switch"),
                value=Rotation.KEEP_OLD.value,
            ),
        ]
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def rotate(self, interaction: Interaction, name: str, mode: str | None = None) -> None:
        actor = actor_of(interaction)
        endpoint = await self._endpoints.get(actor.guild_id, name)
        if mode is None:
            await reply(interaction, views.rotation(endpoint))
            return
        rotated = await self._services.editing.rotate(actor, name, Rotation(mode))
        await reply(interaction, views.rotated(rotated))

    async def _pick_events(self, interaction: Interaction, draft: UnsubscribedEndpoint) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        actor = actor_of(interaction)
        await self._endpoints.check(actor, name=draft.name, url=draft.url, dialect=draft.dialect)
        picker = EventPicker(self._endpoints, draft)
        await interaction.followup.send(picker.question, view=picker, ephemeral=True)
