"""Commands of `/webhook`: read, call, answer."""

from collections.abc import Mapping
from functools import partial

from discord import app_commands
from discord.app_commands import Choice
from discord.ext import commands

from bot.client.interactions import Interaction, actor_of, reply, working
from bot.client.ui import command
from bot.features.endpoints.edits import Rotation
from bot.texts import N_, _
from cogs.endpoints import views
from cogs.endpoints.commands_deliveries import DeliveryCommands
from cogs.endpoints.controls_feed import show_feed
from cogs.endpoints.handlers import EndpointChange, EndpointHandlers
from cogs.endpoints.incoming_commands import IncomingCommands
from cogs.endpoints.incoming_controls import IncomingHandlers
from cogs.endpoints.modals import EditModal, LimitsModal, TermsModal
from cogs.endpoints.new_secrets import create, rotate
from cogs.endpoints.panel import panel
from cogs.endpoints.picker import EventPicker, subscribed
from cogs.endpoints.suggestions import Suggestions, one

PARTS = {"text": EditModal, "limits": LimitsModal, "terms": TermsModal}


class Webhooks(
    DeliveryCommands,
    IncomingCommands,
    commands.GroupCog,
    permission="manage_guild",
    group_name="webhook",
    group_description=N_("Send what happens in this server to your own programs"),
):
    """Commands of `/webhook`; each answer is seen by nobody but the person who asks."""

    def __init__(self, handlers: EndpointHandlers, incoming: IncomingHandlers) -> None:
        super().__init__(handlers)
        self.incoming_handlers = incoming

    @command(
        N_("Add a webhook; its secret is shown once"),
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
        draft = {"name": name, "url": url, "dialect": dialect}
        if events is None:
            await self._pick_events(interaction, draft)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await create(interaction, partial(self._webhooks.service.create, patterns=events, **draft))

    @command(N_("All webhooks of this server"))
    async def list(self, interaction: Interaction) -> None:
        found = await self._webhooks.service.list(actor_of(interaction).guild_id)
        await reply(interaction, views.overview(found))

    @one(N_("One webhook, with buttons to work it"))
    async def show(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._found(interaction, name)
        waiting = await self._webhooks.deliveries.waiting(endpoint)
        about = await self._webhooks.edits.about(endpoint)
        await reply(interaction, panel(endpoint, waiting, about))

    @one(N_("Hold events until you resume the webhook"))
    async def pause(self, interaction: Interaction, name: str) -> None:
        await self._change(interaction, self._webhooks.service.pause, name, views.PAUSED)

    @one(N_("Send what was held, and go on"))
    async def resume(self, interaction: Interaction, name: str) -> None:
        await self._change(interaction, self._webhooks.service.resume, name, views.RESUMED)

    @one(N_("Switch a webhook on again"))
    async def enable(self, interaction: Interaction, name: str) -> None:
        await self._handlers.enable(interaction, actor_of(interaction), name)

    @one(N_("Switch a webhook off"))
    async def disable(self, interaction: Interaction, name: str) -> None:
        await self._change(interaction, self._webhooks.service.disable, name, views.DISABLED)

    @one(N_("Delete a webhook and what waits for it"))
    async def delete(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._found(interaction, name)
        await self._handlers.ask_deletion(interaction, endpoint)

    @one(
        N_("Change a webhook's name, address, description or headers; its filter or limits"),
        part=N_("What to change"),
    )
    @app_commands.choices(
        part=[
            Choice(name=N_("name, address, description, headers"), value="text"),
            Choice(name=N_("filter, balance threshold, rate limit"), value="limits"),
            Choice(name=N_("timeout, requests at once, order"), value="terms"),
        ]
    )
    async def edit(self, interaction: Interaction, name: str, part: str = "text") -> None:
        ask = self._handlers.asking(PARTS[part])
        await ask(interaction, await self._found(interaction, name))

    @one(
        N_("Change which events a webhook gets"),
        events=N_("* for all, case.* for an area, or names; leave out to pick them"),
    )
    @app_commands.autocomplete(events=Suggestions.event_patterns)
    async def events(self, interaction: Interaction, name: str, events: str | None = None) -> None:
        endpoint = await self._found(interaction, name)
        if events is None:
            await self._handlers.events(interaction, endpoint)
            return
        async with working(interaction) as answer:
            changed = await self._webhooks.edits.subscribe(
                actor_of(interaction), endpoint.id, events, endpoint.version
            )
            await answer(subscribed(changed))

    @one(
        N_("Make a new secret, at once or kept until you switch"),
        mode=N_("From when on the new one signs"),
    )
    @app_commands.choices(
        mode=[
            Choice(name=N_("switch at once"), value=Rotation.AT_ONCE.value),
            Choice(name=N_("keep the old one until I switch"), value=Rotation.KEEP_OLD.value),
        ]
    )
    async def rotate(self, interaction: Interaction, name: str, mode: str | None = None) -> None:
        endpoint = await self._found(interaction, name)
        if mode is None:
            await self._handlers.rotation(interaction, endpoint)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await rotate(interaction, self._webhooks.edits, name, Rotation(mode))

    @one(N_("A feed of its events, for a program that nobody can reach"))
    async def feed(self, interaction: Interaction, name: str) -> None:
        endpoint = await self._found(interaction, name)
        await show_feed(interaction, self._webhooks.feeds, endpoint)

    async def _change(
        self, interaction: Interaction, change: EndpointChange, name: str, done: str
    ) -> None:
        async with working(interaction) as answer:
            endpoint = await change(actor_of(interaction), name)
            await answer(views.said(done, endpoint))

    async def _pick_events(self, interaction: Interaction, draft: Mapping[str, str]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        service = self._webhooks.service
        await service.check(actor_of(interaction), **draft)
        create, dialect = partial(service.create, **draft), draft["dialect"]
        picker = EventPicker(create, dialect, unsent=self._webhooks.unsent)
        question = _("Which events should go there? Choose, then press Create.")
        await interaction.followup.send(question, view=picker, ephemeral=True)
