"""How an endpoint is edited: a modal for what is typed, two selects for its events."""

from typing import Any

import discord
from discord import ui

from bot.client.interactions import HeraldModal, Interaction, actor_of, require, still
from bot.features.endpoints.edits import EditsService, EndpointDraft
from bot.features.endpoints.event_choices import offered
from bot.features.endpoints.headers import KEPT, shown_headers
from bot.features.endpoints.model import (
    DESCRIPTION_LIMIT,
    NAME_LIMIT,
    chosen_of,
)
from bot.features.endpoints.service import Endpoint
from bot.texts import _
from bot.user_text import clip
from cogs.endpoints.picker import option
from cogs.endpoints.views import bold

MODAL_SECONDS = 900
TITLE_LIMIT, TEXT_LIMIT = 45, 4000
EVENTS_LIMIT = 1500
HALVES = ("people", "others")


class EditModal(HeraldModal):
    """Asks for name, address, description and headers; what was sealed is not shown."""

    def __init__(self, editing: EditsService, endpoint: Endpoint) -> None:
        title = _("Edit {name}").format(name=endpoint.name)
        super().__init__(title=title[:TITLE_LIMIT], timeout=MODAL_SECONDS)
        self._editing = editing
        self._seen = endpoint
        self._name = text_input("name", endpoint.name, NAME_LIMIT, required=True)
        self._url = text_input("url", "", TEXT_LIMIT)
        self._description = text_input("description", endpoint.description, DESCRIPTION_LIMIT)
        names = dict.fromkeys(editing.header_names(endpoint), "")
        self._headers = text_input("headers", shown_headers(names), TEXT_LIMIT, lines=True)
        kept = _("One “Name: value” a line; {kept} keeps the value that is stored.")
        for text, about, component in (
            (_("Name"), None, self._name),
            (_("Address"), _("Leave it empty to keep the one it has."), self._url),
            (_("Description"), None, self._description),
            (_("Own headers"), kept.format(kept=KEPT), self._headers),
        ):
            self.add_item(ui.Label(text=text, description=about, component=component))

    async def submitted(self, interaction: Interaction) -> None:
        require(interaction, manage_guild=True)
        await interaction.response.defer(ephemeral=True, thinking=True)
        draft = EndpointDraft(
            self._name.value, self._url.value, self._description.value, self._headers.value
        )
        endpoint = await self._editing.edit(actor_of(interaction), self._seen, draft)
        await interaction.followup.send(edited(endpoint), ephemeral=True)


def edited(endpoint: Endpoint) -> str:
    text = _("{name} is edited; /webhook show shows it as it is now.")
    return text.format(name=bold(endpoint))


def subscribed(endpoint: Endpoint) -> str:
    """What it subscribes to now."""
    text = _("{name} gets these events: {events}")
    return text.format(name=bold(endpoint), events=_patterns(endpoint))


def question(endpoint: Endpoint) -> str:
    """What it subscribes to, and how to change that."""
    text = _("Each choice is saved at once. Typed patterns: /webhook events with `events`.")
    return f"{subscribed(endpoint)}\n{text}"


def selects(endpoint: Endpoint) -> ui.View:
    """The two halves of the events, ticked as they are; known by the version they show."""
    view = ui.View(timeout=None)
    titles = (_("People and moderation"), _("Everything else"))
    for half, title, names in zip(HALVES, titles, offered(endpoint.dialect), strict=True):
        ticked = chosen_of(endpoint.patterns, names)
        options = [option(name, ticked=name in ticked) for name in names]
        view.add_item(
            ui.Select(
                custom_id=f"webhook:half:{endpoint.id}:{endpoint.version}:{half}",
                placeholder=title,
                min_values=0,
                max_values=len(options),
                options=options,
            )
        )
    still(view)
    return view


def _patterns(endpoint: Endpoint) -> str:
    return clip(", ".join(f"`{pattern}`" for pattern in endpoint.patterns), EVENTS_LIMIT)


def text_input(
    custom_id: str, value: str, limit: int, *, required: bool = False, lines: bool = False
) -> ui.TextInput[Any]:
    """A field of a modal, with what is stored in it."""
    return ui.TextInput(
        custom_id=custom_id,
        default=value or None,
        required=required,
        max_length=limit,
        style=discord.TextStyle.paragraph if lines else discord.TextStyle.short,
    )
