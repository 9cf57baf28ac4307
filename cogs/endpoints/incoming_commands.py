"""Incoming commands, `/webhook incoming …`: read, call, answer."""

from discord import app_commands

from bot.client.interactions import Interaction, actor_of, reply
from bot.client.ui import Choices
from bot.features.incoming.actions import NAMES
from bot.features.incoming.model import RATE, RATES, IncomingWebhook, typed_actions
from bot.texts import N_
from cogs.endpoints import incoming_views as views
from cogs.endpoints.incoming_controls import IncomingHandlers, created, rotated
from cogs.endpoints.suggestions import Suggestions, named

WHICH = N_("The incoming webhook's name")
RateNumber = app_commands.Range[int, 1, max(RATES)]


class IncomingCommands(Suggestions):
    """Commands about webhooks through which programs push actions into the server."""

    incoming_handlers: IncomingHandlers

    incoming = app_commands.Group(
        name="incoming", description=N_("Let your own programs do things in this server")
    )

    async def incoming_names(self, interaction: Interaction, current: str) -> Choices[str]:
        """The server's incoming webhooks whose name holds what was typed."""
        if interaction.guild_id is None or not self.may_see(interaction):
            return []
        found = await self.incoming_handlers.service.list(interaction.guild_id)
        return named((one.name for one in found), current)

    async def incoming_actions(self, _interaction: Interaction, current: str) -> Choices[str]:
        """What was typed, with one more action; `*` is all of them."""
        *before, last = current.upper().replace(",", " ").split(" ")
        kept = [one for one in before if one in NAMES]
        texts = [" ".join((*kept, one)) for one in NAMES if last in one and one not in kept]
        return named(["*", *texts] if not kept else texts, "" if kept else current.strip())

    @incoming.command(
        name="create", description=N_("Add an incoming webhook; its secret is shown once")
    )
    @app_commands.describe(
        name=N_("A short name, to tell it from the others"),
        actions=N_("What it may do: * for all, or names apart by spaces"),
        limit=N_("How often a minute each action may be done"),
    )
    @app_commands.autocomplete(actions=incoming_actions)
    async def incoming_create(
        self, interaction: Interaction, name: str, actions: str, limit: RateNumber = RATE
    ) -> None:
        wanted = typed_actions(actions)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await created(interaction, self.incoming_handlers.service, name, wanted, limit)

    @incoming.command(name="list", description=N_("All incoming webhooks of this server"))
    async def incoming_list(self, interaction: Interaction) -> None:
        guild_id = actor_of(interaction).guild_id
        await reply(interaction, views.listed(await self.incoming_handlers.service.list(guild_id)))

    @incoming.command(
        name="show", description=N_("What an incoming webhook may do, and what it did last")
    )
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=incoming_names)
    async def incoming_show(self, interaction: Interaction, name: str) -> None:
        webhook = await self._incoming(interaction, name)
        await reply(
            interaction, views.panel(await self.incoming_handlers.service.overview(webhook))
        )

    @incoming.command(
        name="rotate", description=N_("Make a new secret; the old one is refused at once")
    )
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=incoming_names)
    async def incoming_rotate(self, interaction: Interaction, name: str) -> None:
        webhook = await self._incoming(interaction, name)
        await interaction.response.defer(ephemeral=True, thinking=True)
        await rotated(interaction, self.incoming_handlers.service, webhook.id)

    @incoming.command(name="delete", description=N_("Delete an incoming webhook"))
    @app_commands.describe(name=WHICH)
    @app_commands.autocomplete(name=incoming_names)
    async def incoming_delete(self, interaction: Interaction, name: str) -> None:
        await reply(interaction, views.deletion(await self._incoming(interaction, name)))

    async def _incoming(self, interaction: Interaction, name: str) -> IncomingWebhook:
        guild_id = actor_of(interaction).guild_id
        return await self.incoming_handlers.service.named(guild_id, name)
