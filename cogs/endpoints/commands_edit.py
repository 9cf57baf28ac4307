"""The commands of `/webhook` that change what an endpoint is."""

from discord import app_commands
from discord.app_commands import locale_str

from bot.client.interactions import actor_of
from bot.features.endpoints.edits import Rotation
from bot.texts import N_
from cogs.endpoints import edit_modal, limits, rotation
from cogs.endpoints.suggestions import WHICH, Interaction, Suggestions


class EditCommands(Suggestions):
    """Text, events and secret."""

    @app_commands.command(
        description=locale_str(
            N_("Change a webhook's name, address, description or headers; its filter or limits")
        )
    )
    @app_commands.describe(name=WHICH, part=locale_str(N_("What to change")))
    @app_commands.choices(
        part=[
            app_commands.Choice(
                name=locale_str(N_("name, address, description, headers")), value="text"
            ),
            app_commands.Choice(
                name=locale_str(N_("filter, balance threshold, rate limit")), value="limits"
            ),
        ]
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def edit(self, interaction: Interaction, name: str, part: str = "text") -> None:
        endpoint = await self._endpoints.get(actor_of(interaction).guild_id, name)
        modal = limits.LimitsModal if part == "limits" else edit_modal.EditModal
        await interaction.response.send_modal(modal(self._services.editing, endpoint))

    @app_commands.command(description=locale_str(N_("Change which events a webhook gets")))
    @app_commands.describe(
        name=WHICH,
        events=locale_str(N_("* for all, case.* for an area, or names; leave out to pick them")),
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names, events=Suggestions.event_patterns)
    async def events(self, interaction: Interaction, name: str, events: str | None = None) -> None:
        actor = actor_of(interaction)
        endpoint = await self._endpoints.get(actor.guild_id, name)
        if events is None:
            await interaction.response.send_message(
                edit_modal.question(endpoint), view=edit_modal.selects(endpoint), ephemeral=True
            )
            return
        changed = await self._services.editing.subscribe(
            actor, endpoint.id, events, endpoint.version
        )
        await interaction.response.send_message(edit_modal.subscribed(changed), ephemeral=True)

    @app_commands.command(
        description=locale_str(N_("Make a new secret, at once or kept until you switch"))
    )
    @app_commands.describe(name=WHICH, mode=locale_str(N_("From when on the new one signs")))
    @app_commands.choices(
        mode=[
            app_commands.Choice(
                name=locale_str(N_("switch at once")), value=Rotation.AT_ONCE.value
            ),
            app_commands.Choice(
                name=locale_str(N_("keep the old one until I switch")),
                value=Rotation.KEEP_OLD.value,
            ),
        ]
    )
    @app_commands.autocomplete(name=Suggestions.endpoint_names)
    async def rotate(self, interaction: Interaction, name: str, mode: str | None = None) -> None:
        actor = actor_of(interaction)
        endpoint = await self._endpoints.get(actor.guild_id, name)
        if mode is None:
            await interaction.response.send_message(
                rotation.question(endpoint), view=rotation.choices(endpoint), ephemeral=True
            )
            return
        rotated = await self._services.editing.rotate(actor, name, Rotation(mode))
        await interaction.response.send_message(
            rotation.rotated(rotated), view=rotation.waiting(rotated.endpoint), ephemeral=True
        )
