"""What people read about endpoints: texts, the panel and its buttons."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import discord
from discord.utils import escape_markdown, format_dt

from bot.client.interactions import still
from bot.features.endpoints.deliveries import TestSent
from bot.features.endpoints.gone import is_gone
from bot.features.endpoints.service import Created, Endpoint
from bot.texts import N_, _, ngettext
from bot.user_text import clip

MOST_LINES = 25
EMBED_LIMIT = 4096
EVENTS_LIMIT = 40  # characters of a list's line

STATES = {
    "active": ("🟢", N_("active")),
    "paused": ("⏸️", N_("paused")),
    "disabled": ("⚪", N_("switched off")),
    "auto_disabled": ("🔴", N_("switched off after too many failures")),
}

GONE = N_("switched off, because its receiver answered 410 Gone")

CHECKS = {
    "phantom": N_(
        "To check a request: `v1` in its header `Phantom-Signature` must be the HMAC-SHA256, in "
        "hex, of `t`, a dot and the raw body, with the whole secret as the key."
    ),
    "vektor": N_(
        "To check a request: its header `X-Signature` must be `sha256=` and the HMAC-SHA256, in "
        "hex, of the raw body, with the whole secret as the key."
    ),
    "standard": N_(
        "To check a request, give this secret to any library for Standard Webhooks: it reads the "
        "headers `webhook-id`, `webhook-timestamp` and `webhook-signature`."
    ),
}


def created(created: Created) -> str:
    """The one message that ever shows the secret."""
    endpoint = created.endpoint
    text = _(
        "The webhook {name} is ready. This is its secret; it is not shown again:\n"
        "```\n{secret}\n```\n"
        "Give it to the program behind your address and to nobody else: with it the program "
        "checks that a request really comes from here. {check}"
    )
    check = _(CHECKS[endpoint.dialect]) if endpoint.dialect in CHECKS else ""
    return text.format(name=bold(endpoint), secret=created.secret, check=check).strip()


def overview(endpoints: Sequence[Endpoint]) -> list[discord.Embed]:
    """A line for each endpoint, in as few embeds as hold them."""
    title = _("Webhooks of this server")
    if not endpoints:
        text = _("There are none yet. /webhook create adds one.")
        return [discord.Embed(title=title, description=text)]
    lines = [_line(endpoint) for endpoint in endpoints[:MOST_LINES]]
    more = len(endpoints) - MOST_LINES
    if more > 0:
        lines.append(ngettext("… and {n} more.", "… and {n} more.", more).format(n=more))
    texts = [lines[0]]
    for line in lines[1:]:
        if len(texts[-1]) + len(line) < EMBED_LIMIT:
            texts[-1] += f"\n{line}"
        else:
            texts.append(line)
    return [
        discord.Embed(title=title if number == 0 else None, description=text)
        for number, text in enumerate(texts)
    ]


def tested(sent: TestSent) -> str:
    """Where the test went, and how to see what came of it."""
    text = _("`{event}` is on its way to {name} (event `{event_id}`).")
    told = [
        text.format(event=event_type, name=bold(sent.endpoint), event_id=key)
        for key, event_type in sent.events
    ]
    if sent.endpoint.receives:
        after = _("/webhook deliveries shows what came of it.")
    else:
        after = _("It is paused, so the test waits until you resume it.")
    return " ".join((*told, after)) if len(told) == 1 else "\n".join((*told, after))


def paused(endpoint: Endpoint) -> str:
    text = _("{name} is paused: events are held until you resume it.")
    return text.format(name=bold(endpoint))


def resumed(endpoint: Endpoint) -> str:
    text = _("{name} receives again; what was held goes out now, oldest first.")
    return text.format(name=bold(endpoint))


def enabled(endpoint: Endpoint) -> str:
    text = _("{name} is switched on; what was queued goes out now.")
    return text.format(name=bold(endpoint))


def disabled(endpoint: Endpoint) -> str:
    text = _("{name} is switched off: nothing is sent until you enable it.")
    return text.format(name=bold(endpoint))


def redelivered(endpoint: Endpoint, count: int) -> str:
    """How many go out again, and when."""
    text = ngettext(
        "{count} delivery goes out again, from its first attempt.",
        "{count} deliveries go out again, from their first attempt.",
        count,
    )
    told = text.format(count=count)
    if endpoint.receives:
        return told
    held = _("Until {name} receives again, that is held.")
    return f"{told} {held.format(name=bold(endpoint))}"


def deletion(endpoint: Endpoint, waiting: int) -> str:
    """The question before deleting, with the count of what goes with it."""
    text = ngettext(
        "Delete {name}? {count} delivery that waits will be dropped. This cannot be undone.",
        "Delete {name}? {count} deliveries that wait will be dropped. This cannot be undone.",
        waiting,
    )
    return text.format(name=bold(endpoint), count=waiting)


def confirmation(endpoint: Endpoint, waiting: int) -> discord.ui.View:
    """Yes, naming the count, or no."""
    label = ngettext(
        "Delete it and drop {count} delivery", "Delete it and drop {count} deliveries", waiting
    )
    view = discord.ui.View(timeout=None)
    danger = discord.ButtonStyle.danger
    view.add_item(button(endpoint, "confirm", label.format(count=waiting), style=danger))
    view.add_item(button(endpoint, "keep", _("Keep it")))
    still(view)
    return view


def deleted(endpoint: Endpoint) -> str:
    return _("{name} is deleted.").format(name=bold(endpoint))


def kept(endpoint: Endpoint) -> str:
    return _("{name} stays as it is.").format(name=bold(endpoint))


def button(
    endpoint: Endpoint,
    action: str,
    label: str,
    *,
    style: discord.ButtonStyle = discord.ButtonStyle.secondary,
    disabled: bool = False,
) -> discord.ui.Button[Any]:
    """A button that `Controls` answers."""
    custom_id = f"webhook:{action}:{endpoint.id}"
    return discord.ui.Button(label=label, custom_id=custom_id, style=style, disabled=disabled)


def _line(endpoint: Endpoint) -> str:
    text = _("{state} {name} · {dialect} · {events} · last success {when}")
    events = ", ".join(endpoint.patterns)
    return text.format(
        state=state(endpoint),
        name=bold(endpoint),
        dialect=endpoint.dialect,
        events=f"`{clip(events, EVENTS_LIMIT)}`",
        when=ago(endpoint.delivered_at),
    )


def state(endpoint: Endpoint) -> str:
    """Its state, with a sign."""
    emoji, word = STATES[endpoint.state]
    if endpoint.state == "auto_disabled" and is_gone(endpoint):
        word = GONE
    return f"{emoji} {_(word)}"


def ago(moment: datetime | None) -> str:
    """A moment as everybody's own clock shows it."""
    return format_dt(moment, "R") if moment else _("never")


def bold(endpoint: Endpoint) -> str:
    """Its name within a sentence."""
    return f"**{escape_markdown(endpoint.name)}**"
