"""What an endpoint missed while it was off: the question what becomes of it."""

import discord
from discord import ui
from discord.utils import format_dt

from bot.client.interactions import still
from bot.features.endpoints.service import Endpoint
from bot.features.endpoints.store import Missed
from bot.texts import _, ngettext
from cogs.endpoints.views import bold, button

MOST_TYPES = 25  # options of a select


def offer(endpoint: Endpoint, missed: Missed) -> str:
    """How much was missed, and since when."""
    text = ngettext(
        "{name} missed {count} event since {since} while it was switched off.",
        "{name} missed {count} events since {since} while it was switched off.",
        missed.count,
    )
    since = format_dt(missed.since, "f") if missed.since else ""
    return text.format(name=bold(endpoint), count=missed.count, since=since)


def choices(endpoint: Endpoint) -> ui.View:
    """Replay all, choose, or drop."""
    view = ui.View(timeout=None)
    view.add_item(button(endpoint, "replay", _("Replay all"), style=discord.ButtonStyle.primary))
    view.add_item(button(endpoint, "choose", _("Choose types")))
    view.add_item(button(endpoint, "drop", _("Drop"), style=discord.ButtonStyle.danger))
    still(view)
    return view


def types(endpoint: Endpoint, missed: Missed) -> ui.View:
    """Which types of events to replay; the most frequent first."""
    options = [
        discord.SelectOption(
            label=name,
            value=name,
            description=ngettext("{n} event", "{n} events", count).format(n=count),
        )
        for name, count in list(missed.types.items())[:MOST_TYPES]
    ]
    view = ui.View(timeout=None)
    view.add_item(
        ui.Select(
            custom_id=f"webhook:types:{endpoint.id}",
            options=options,
            max_values=len(options),
            placeholder=_("Replay only …"),
        )
    )
    view.add_item(button(endpoint, "drop", _("Drop"), style=discord.ButtonStyle.danger))
    still(view)
    return view


def dropped(endpoint: Endpoint, count: int) -> str:
    text = ngettext(
        "{count} missed event of {name} is dropped.",
        "{count} missed events of {name} are dropped.",
        count,
    )
    return text.format(name=bold(endpoint), count=count)
