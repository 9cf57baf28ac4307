"""Picker of an endpoint's events, two selects: one holds 25 options at most."""

from collections.abc import Container, Sequence
from functools import partial

import discord

from bot.catalogue import EVENTS
from bot.client import limits
from bot.client.interactions import HeraldView, Interaction, require
from bot.client.layout import select_of
from bot.client.open_forms import opened, shut
from bot.controls import NUMBER, ControlId, Option, Post, Select
from bot.features.endpoints.event_choices import offered
from bot.features.endpoints.model import EVERYTHING, chosen_of
from bot.features.endpoints.service import Endpoint
from bot.texts import _
from bot.user_text import clip
from cogs.endpoints.new_secrets import Create, create
from cogs.endpoints.views import bold

HALF = ControlId("webhook:half", endpoint=NUMBER, version="[0-9]{1,9}", half="people|others")
HALVES = ("people", "others")
EVENTS_LIMIT = 1500  # characters
PATIENCE = limits.ANSWER_SECONDS - 60  # before its answer can be edited no more


class EventPicker(HeraldView):
    """Two selects and a button that creates; what is chosen is kept until that is pressed."""

    def __init__(self, create: Create, dialect: str, *, unsent: Container[str]) -> None:
        super().__init__(timeout=PATIENCE)
        self._create = create
        known = opened(self)
        self._selects = [
            select_of(Select(f"{known}:{half}", _options(names, unsent), title, 0, len(names)))
            for half, title, names in zip(HALVES, _titles(), offered(dialect), strict=True)
        ]
        button = discord.ui.Button["EventPicker"](
            label=_("Create"), style=discord.ButtonStyle.primary, custom_id=f"{known}:create"
        )
        button.callback = self._pressed
        for select in self._selects:
            select.callback = _chosen
        for item in (*self._selects, button):
            self.add_item(item)
        self._known = known

    async def on_timeout(self) -> None:
        shut(self._known)

    async def _pressed(self, interaction: Interaction) -> None:
        require(interaction, manage_guild=True)
        await interaction.response.defer()
        names = [name for select in self._selects for name in select.values]
        await create(interaction, partial(self._create, patterns=names))
        self.stop()


async def _chosen(interaction: Interaction) -> None:
    await interaction.response.defer()


def subscribed(endpoint: Endpoint) -> str:
    """What it subscribes to now."""
    text = _("{name} gets these events: {events}")
    events = clip(", ".join(endpoint.patterns), EVENTS_LIMIT).replace(", ", "`, `")
    return text.format(name=bold(endpoint), events=f"`{events}`")


def selects(endpoint: Endpoint, unsent: Container[str] = ()) -> Post:
    """What it subscribes to, in two halves ticked as they are; known by the version they show.

    Of the `unsent` ones it is said that no feature sends them yet.
    """
    text = _("Each choice is saved at once. Typed patterns: /webhook events with `events`.")
    return Post(
        text=f"{subscribed(endpoint)}\n{text}",
        selects=tuple(
            _half(endpoint, half, title, names, unsent)
            for half, title, names in zip(HALVES, _titles(), offered(endpoint.dialect), strict=True)
        ),
        is_plain=True,
    )


def option(name: str, *, ticked: bool = False, is_sent: bool = True) -> Option:
    """One event, or all of them, to be picked."""
    if name == EVERYTHING:
        text = _("Everything, with the events of later releases")
        return Option(_("All events"), name, text, is_chosen=ticked)
    about = _(next(event.about for event in EVENTS if event.type == name))
    text = about if is_sent else _("Not sent yet: {about}").format(about=about)
    return Option(name, name, text, is_chosen=ticked)


def _options(
    names: Sequence[str], unsent: Container[str], ticked: Container[str] = ()
) -> tuple[Option, ...]:
    return tuple(option(name, ticked=name in ticked, is_sent=name not in unsent) for name in names)


def _half(
    endpoint: Endpoint, half: str, title: str, names: Sequence[str], unsent: Container[str]
) -> Select:
    options = _options(names, unsent, chosen_of(endpoint.patterns, names))
    known_by = HALF.of(endpoint=endpoint.id, version=endpoint.version, half=half)
    return Select(known_by, options, title, least=0, most=len(options))


def _titles() -> tuple[str, str]:
    return _("People and moderation"), _("Everything else")
