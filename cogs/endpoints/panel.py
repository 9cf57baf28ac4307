"""The panel of `/webhook show`: everything about one endpoint but its secrets, and its buttons."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui
from discord.utils import escape_markdown

from bot.client.interactions import still
from bot.features.endpoints.deliveries import Waiting
from bot.features.endpoints.edits import About
from bot.features.endpoints.model import shown_url
from bot.features.endpoints.service import Endpoint
from bot.texts import _
from bot.user_text import clip, inline
from cogs.endpoints import limits
from cogs.endpoints.rotation import signed
from cogs.endpoints.views import ago, button, state

LINE_LIMIT = 700  # all lines together stay under the 4000 characters of a message
COLORS = {
    "active": discord.Color.green(),
    "paused": discord.Color.gold(),
    "disabled": discord.Color.light_grey(),
    "auto_disabled": discord.Color.red(),
}


def panel(endpoint: Endpoint, waiting: Waiting, about: About) -> ui.LayoutView:
    """What the endpoint is, how it does, and what can be done with it now."""
    box: ui.Container[Any] = ui.Container(accent_color=COLORS[endpoint.state])
    box.add_item(ui.TextDisplay(f"## {escape_markdown(endpoint.name)}\n{_head(endpoint)}"))
    box.add_item(ui.TextDisplay("\n".join(_what(endpoint, about.header_names))))
    if lines := limits.shown(endpoint, about.failing):
        box.add_item(ui.TextDisplay("\n".join(lines)))
    box.add_item(ui.Separator())
    box.add_item(ui.TextDisplay("\n".join(_how(endpoint, waiting))))
    box.add_item(ui.Separator())
    for row in _rows(endpoint, waiting):
        box.add_item(row)
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    still(view)
    return view


def _head(endpoint: Endpoint) -> str:
    told = state(endpoint)
    return f"{told}\n{inline(endpoint.description, 220)}" if endpoint.description else told


def _what(endpoint: Endpoint, headers: Sequence[str]) -> list[str]:
    address = clip(shown_url(endpoint.url), LINE_LIMIT).replace("`", "")
    events = ", ".join(f"`{pattern}`" for pattern in endpoint.patterns)
    lines = [
        _line(_("Address"), f"`{address}`"),
        _line(_("Events"), clip(events, LINE_LIMIT)),
        _line(_("Dialect"), endpoint.dialect),
    ]
    if headers:
        names = ", ".join(f"`{name}`".replace("``", "`") for name in headers)
        lines.append(_line(_("Own headers"), clip(names, LINE_LIMIT)))
    made = _("{when} by <@{user_id}>")
    when = made.format(when=ago(endpoint.created_at), user_id=endpoint.created_by_id)
    lines.append(_line(_("Added"), when))
    if endpoint.next_secret_at is not None:
        text = _("a new one waits since {when}; {signed}")
        when = ago(endpoint.next_secret_at)
        lines.append(_line(_("Secret"), text.format(when=when, signed=signed(endpoint))))
    return lines


def _how(endpoint: Endpoint, waiting: Waiting) -> list[str]:
    queued = _("Waiting") if endpoint.receives else _("Held")
    lines = [
        _line(_("Last success"), ago(endpoint.delivered_at)),
        _line(_("Failures in a row"), str(endpoint.failures)),
    ]
    if endpoint.last_error and endpoint.failures:
        lines.append(_line(_("Last error"), inline(endpoint.last_error, 200)))
    counts = [_line(queued, str(waiting.queued)), _line(_("Missed"), str(waiting.missed.count))]
    return [*lines, " · ".join(counts)]


def _line(name: str, value: str) -> str:
    return f"**{name}:** {value}"


def _rows(endpoint: Endpoint, waiting: Waiting) -> list[ui.ActionRow[Any]]:
    is_off = not endpoint.queues
    hold = (
        button(endpoint, "resume", _("Resume"))
        if endpoint.state == "paused"
        else button(endpoint, "pause", _("Pause"), disabled=is_off)
    )
    success = discord.ButtonStyle.success
    switch = (
        button(endpoint, "enable", _("Enable"), style=success)
        if is_off
        else button(endpoint, "disable", _("Disable"))
    )
    rows: list[ui.ActionRow[Any]] = [
        ui.ActionRow(
            button(endpoint, "test", _("Test"), disabled=is_off),
            hold,
            switch,
            button(endpoint, "edit", _("Edit")),
            button(endpoint, "events", _("Events")),
        ),
        ui.ActionRow(
            button(endpoint, "limits", _("Filter and limits")),
            button(endpoint, "rotate", _("Rotate secret")),
            button(endpoint, "deliveries", _("Deliveries")),
            button(endpoint, "stats", _("Stats")),
            button(endpoint, "delete", _("Delete"), style=discord.ButtonStyle.danger),
        ),
    ]
    if waiting.missed.count and not is_off:
        rows.append(ui.ActionRow(button(endpoint, "missed", _("What was missed"))))
    return rows
