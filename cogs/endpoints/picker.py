"""Choosing an endpoint's events from two selects: one holds 25 options at most."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.catalogue import EVENTS
from bot.client.interactions import HeraldView, actor_of, require
from bot.features.endpoints.event_choices import offered
from bot.features.endpoints.model import EVERYTHING
from bot.features.endpoints.service import EndpointsService
from bot.texts import _
from cogs.endpoints import views

PATIENCE = 14 * 60  # seconds: Discord lets an answer be edited for 15 minutes
LONGEST = 100  # characters of an option's description

Interaction = discord.Interaction[Any]


@dataclass(frozen=True, slots=True)
class UnsubscribedEndpoint:
    """An endpoint that lacks only its events."""

    name: str
    url: str
    dialect: str


class EventSelect(discord.ui.Select["EventPicker"]):
    """One half of the events; what is chosen is kept until Create is pressed."""

    def __init__(self, title: str, names: Sequence[str]) -> None:
        super().__init__(
            placeholder=title,
            min_values=0,
            max_values=len(names),
            options=[option(name) for name in names],
        )

    async def callback(self, interaction: Interaction) -> None:
        await interaction.response.defer()


class EventPicker(HeraldView):
    """Two selects and a button that creates."""

    def __init__(self, endpoints: EndpointsService, draft: UnsubscribedEndpoint) -> None:
        super().__init__(timeout=PATIENCE)
        self._endpoints = endpoints
        self._draft = draft
        people, others = offered(draft.dialect)
        self._selects = (
            EventSelect(_("People and moderation"), people),
            EventSelect(_("Everything else"), others),
        )
        for select in self._selects:
            self.add_item(select)
        create = discord.ui.Button["EventPicker"](
            label=_("Create"), style=discord.ButtonStyle.primary
        )
        create.callback = self._create
        self.add_item(create)

    @property
    def question(self) -> str:
        return _("Which events should go there? Choose, then press Create.")

    async def _create(self, interaction: Interaction) -> None:
        require(interaction, manage_guild=True)
        await interaction.response.defer()
        draft = self._draft
        created = await self._endpoints.create(
            actor_of(interaction),
            name=draft.name,
            url=draft.url,
            dialect=draft.dialect,
            patterns=[name for select in self._selects for name in select.values],
        )
        self.stop()
        await interaction.edit_original_response(content=views.created(created), view=None)


def option(name: str, *, ticked: bool = False) -> discord.SelectOption:
    """One event, or all of them, to be picked."""
    if name == EVERYTHING:
        text = _("Everything, with the events of later releases")
        label = _("All events")
        return discord.SelectOption(label=label, value=name, description=text, default=ticked)
    about = next(event.about for event in EVENTS if event.type == name)
    return discord.SelectOption(label=name, value=name, description=about[:LONGEST], default=ticked)
