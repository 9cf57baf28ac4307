"""Panel of `/webhook show`: everything about one endpoint but its secrets, and its buttons."""

from collections.abc import Sequence

from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.features.endpoints.deliveries import Waiting
from bot.features.endpoints.edits import About, Failing
from bot.features.endpoints.limits import shown_amount
from bot.features.endpoints.model import shown_url
from bot.features.endpoints.service import Endpoint
from bot.kept_texts import worded
from bot.texts import _, stamp
from bot.user_text import APART, clip, escaped, inline
from cogs.endpoints.feed_views import FEED
from cogs.endpoints.views import ago, button, signed, state

CHANGE = ControlId("webhook", action="pause|resume|enable|disable", endpoint=NUMBER)
TEST = ControlId("webhook:test", endpoint=NUMBER)
EDIT = ControlId("webhook:edit", endpoint=NUMBER)
EVENTS = ControlId("webhook:events", endpoint=NUMBER)
TERMS = ControlId("webhook:terms", endpoint=NUMBER)
LIMITS = ControlId("webhook:limits", endpoint=NUMBER)
ROTATE = ControlId("webhook:rotate", endpoint=NUMBER)
DELIVERIES = ControlId("webhook:deliveries", endpoint=NUMBER)
STATS = ControlId("webhook:stats", endpoint=NUMBER)
DELETE = ControlId("webhook:delete", endpoint=NUMBER)
MISSED = ControlId("webhook:missed", endpoint=NUMBER)

LINE_LIMIT = 700  # characters of an address or of the events
REASON_LIMIT = 200
TONES = {
    "active": Tone.GOOD,
    "paused": Tone.WARNING,
    "disabled": Tone.PLAIN,
    "auto_disabled": Tone.BAD,
}


def panel(endpoint: Endpoint, waiting: Waiting, about: About) -> Post:
    """What the endpoint is, how it does, and what can be done with it now."""
    what = [*_what(endpoint, about.header_names), *_limits(endpoint, about.failing)]
    return Post(
        escaped(endpoint.name),
        "\n".join(what),
        below=("\n".join(_how(endpoint, waiting, about)),),
        tone=TONES[endpoint.state],
        buttons=_buttons(endpoint, waiting),
    )


def _what(endpoint: Endpoint, headers: Sequence[str]) -> list[str]:
    address = clip(shown_url(endpoint.url), LINE_LIMIT).replace("`", "")
    events = ", ".join(f"`{pattern}`" for pattern in endpoint.patterns)
    lines = [
        state(endpoint),
        *([inline(endpoint.description, 220)] if endpoint.description else ()),
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


def _how(endpoint: Endpoint, waiting: Waiting, about: About) -> list[str]:
    queued = _("Waiting") if endpoint.receives else _("Held")
    lines = [
        _line(_("Last success"), ago(endpoint.delivered_at)),
        _line(_("Failures in a row"), str(endpoint.failures)),
    ]
    if endpoint.last_error and endpoint.failures:
        lines.append(_line(_("Last error"), inline(worded(endpoint.last_error), 200)))
    if about.waits_until is not None:
        text = _("its receiver asked for a pause; nothing is sent before {when}")
        lines.append(_line(_("Waits"), text.format(when=stamp(about.waits_until))))
    if about.tries_at is not None:
        text = _("the first of its queue has failed and is tried again {when}; the others wait")
        lines.append(_line(_("In order"), text.format(when=stamp(about.tries_at))))
    counts = [_line(queued, str(waiting.queued)), _line(_("Missed"), str(waiting.missed.count))]
    return [*lines, " · ".join(counts)]


def _line(name: str, value: str) -> str:
    return f"**{name}:** {value}"


def _limits(endpoint: Endpoint, failing: Failing | None) -> list[str]:
    """The panel's lines about limits; none where none is set."""
    lines: list[str] = []
    if endpoint.filter:
        # Nothing else in it is marked, so that it can be copied as it is.
        unfenced = endpoint.filter.replace("```", f"``{APART}`")
        heading = _("Filter")
        lines.append(f"**{heading}:**\n```\n{unfenced}\n```")
    if failing:
        text = _("⚠️ The filter fails since {when}: {reason} (`{event}`). Such events are sent.")
        reason = inline(worded(failing.reason), REASON_LIMIT)
        when = ago(failing.since)
        lines.append(text.format(when=when, reason=reason, event=failing.event_type))
    if endpoint.threshold:
        lines.append(_line(_("Balance threshold"), shown_amount(endpoint.threshold)))
    if endpoint.rate_limit is not None:
        rate = _("{count} attempts a minute").format(count=endpoint.rate_limit)
        lines.append(_line(_("Rate limit"), rate))
    return [*lines, *_terms(endpoint)]


def _terms(endpoint: Endpoint) -> list[str]:
    """The panel's lines about terms of its own."""
    lines: list[str] = []
    if endpoint.answer_seconds is not None:
        seconds = _("{seconds} s for an attempt").format(seconds=endpoint.answer_seconds)
        lines.append(_line(_("Timeout"), seconds))
    if endpoint.in_order:
        lines.append(_line(_("In order"), _("one at a time; later ones wait for the first")))
    elif endpoint.in_flight is not None:
        lines.append(_line(_("Requests"), _("{count} at once").format(count=endpoint.in_flight)))
    return lines


def _buttons(endpoint: Endpoint, waiting: Waiting) -> tuple[Button, ...]:
    """Two rows of five, then what is asked for more rarely, and what was missed."""
    is_off = not endpoint.queues
    buttons = [
        button(endpoint, TEST, _("Test"), is_disabled=is_off),
        button(endpoint, CHANGE, _("Resume"), action="resume")
        if endpoint.state == "paused"
        else button(endpoint, CHANGE, _("Pause"), is_disabled=is_off, action="pause"),
        button(endpoint, CHANGE, _("Enable"), tone=Tone.GOOD, action="enable")
        if is_off
        else button(endpoint, CHANGE, _("Disable"), action="disable"),
        button(endpoint, EDIT, _("Edit")),
        button(endpoint, EVENTS, _("Events")),
        button(endpoint, LIMITS, _("Filter and limits")),
        button(endpoint, ROTATE, _("Rotate secret")),
        button(endpoint, DELIVERIES, _("Deliveries")),
        button(endpoint, STATS, _("Stats")),
        button(endpoint, DELETE, _("Delete"), tone=Tone.BAD),
        button(endpoint, TERMS, _("Timeout and order")),
        button(endpoint, FEED, _("Feed")),
    ]
    if waiting.missed.count and not is_off:
        buttons.append(button(endpoint, MISSED, _("What was missed")))
    return tuple(buttons)
