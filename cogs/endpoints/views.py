"""Views of endpoints: what was done with one, its questions, the list of all."""

from collections.abc import Sequence
from datetime import datetime

from discord.utils import format_dt

from bot.client import limits
from bot.client.ui import confirm
from bot.clock import to_ms
from bot.controls import NUMBER, Button, ControlId, Post, Tone
from bot.dialects import build_dialects
from bot.features.endpoints.deliveries import TestSent
from bot.features.endpoints.edits import Rotated, Rotation
from bot.features.endpoints.ports import NewSecret, is_gone
from bot.features.endpoints.service import Created, Endpoint
from bot.texts import N_, _, ngettext
from bot.user_text import clip, escaped

CONFIRM = ControlId("webhook:confirm", endpoint=NUMBER)
KEEP = ControlId("webhook:keep", endpoint=NUMBER)
RENEW = ControlId("webhook:renew", endpoint=NUMBER, version="[0-9]{1,9}", mode="at_once|keep_old")
SWITCH = ControlId("webhook:switch", endpoint=NUMBER, made_at=NUMBER)
DISCARD = ControlId("webhook:discard", endpoint=NUMBER, made_at=NUMBER)

LIST_LIMIT = limits.TEXTS - 200  # characters of a list's lines, beside heading and footer
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

PAUSED = N_("{name} is paused: events are held until you resume it.")
RESUMED = N_("{name} receives again; what was held goes out now, oldest first.")
ENABLED = N_("{name} is switched on; what was queued goes out now.")
DISABLED = N_("{name} is switched off: nothing is sent until you enable it.")
DELETED = N_("{name} is deleted.")
KEPT = N_("{name} stays as it is.")
SWITCHED = N_("Requests to {name} are signed with the new secret from now on; the old one is gone.")
DISCARDED = N_("The new secret of {name} is gone; requests are signed with the old one as before.")
NOTHING_MISSED = N_("{name} has missed nothing that is still kept.")
EDITED = N_("{name} is edited; /webhook show shows it as it is now.")

_DIALECTS = build_dialects()


def offered(new: NewSecret) -> str:
    """A secret before anything is signed with it; what it is for takes this text's place."""
    text = _(
        "This is a secret for the webhook {name}; it is not shown again:\n"
        "```\n{secret}\n```\n"
        "Keep it: in a moment this message says from when on it counts."
    )
    return text.format(name=f"**{escaped(new.name)}**", secret=new.secret)


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


def opens_dashboard(url: str) -> Post:
    """The personal link, and what whoever has it could do."""
    text = _(
        "This link is yours alone: it opens the dashboard once, within 15 minutes, and whoever "
        "opens it acts in your name. Do not pass it on."
    )
    return Post(text=text, buttons=(Button(_("Open the dashboard"), url=url),))


def overview(endpoints: Sequence[Endpoint]) -> Post:
    """A line for each endpoint, shorter ones where a message would not hold them."""
    title = _("Webhooks of this server")
    if not endpoints:
        return Post(title, _("There are none yet. /webhook create adds one."))
    lines = [_line(endpoint) for endpoint in endpoints]
    if len("\n".join(lines)) > LIST_LIMIT:
        lines = [f"{state(endpoint)} {bold(endpoint)}" for endpoint in endpoints]
    while len("\n".join(lines)) > LIST_LIMIT:
        lines.pop()
    more = len(endpoints) - len(lines)
    if more > 0:
        lines.append(ngettext("… and {n} more.", "… and {n} more.", more).format(n=more))
    return Post(title, "\n".join(lines))


def tested(sent: TestSent) -> str:
    """Where the test went, and how to see what came of it."""
    text = _("`{event}` is on its way to {name} (event `{event_id}`).")
    told = [
        text.format(event=event_type, name=bold(sent.endpoint), event_id=key)
        for key, event_type in sent.events
    ]
    after = _("/webhook deliveries shows what came of it.")
    if not sent.endpoint.receives:
        after = _("It is paused, so the test waits until you resume it.")
    return (" " if len(told) == 1 else "\n").join((*told, after))


def said(what: str, endpoint: Endpoint) -> str:
    """One of the sentences above, about that endpoint."""
    return _(what).format(name=bold(endpoint))


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


def deletion(endpoint: Endpoint, waiting: int) -> Post:
    """The question before deleting, with the count of what goes with it."""
    text = ngettext(
        "Delete {name}? {count} delivery that waits will be dropped. This cannot be undone.",
        "Delete {name}? {count} deliveries that wait will be dropped. This cannot be undone.",
        waiting,
    )
    label = ngettext(
        "Delete it and drop {count} delivery", "Delete it and drop {count} deliveries", waiting
    )
    return confirm(
        text.format(name=bold(endpoint), count=waiting),
        button(endpoint, CONFIRM, label.format(count=waiting)),
        button(endpoint, KEEP, _("Keep it")),
    )


def rotation(endpoint: Endpoint) -> Post:
    """What can be done about its secret now: make a new one, or decide about the one that waits."""
    if endpoint.next_secret_at is not None:
        text = _("{name} has a new secret since {when}; {signed}.").format(
            name=bold(endpoint), when=ago(endpoint.next_secret_at), signed=signed(endpoint)
        )
        return Post(text=text, buttons=_waiting(endpoint), is_plain=True)
    text = _(
        "A new secret for {name}: from when on should it sign? If the program behind the address "
        "cannot be changed in the same moment, keep the old one until you switch."
    )
    labels = {
        Rotation.AT_ONCE: _("Switch at once"),
        Rotation.KEEP_OLD: _("Keep the old one until I switch"),
    }
    # With the version: the second of two clicks makes no second secret.
    buttons = tuple(
        button(endpoint, RENEW, label, version=endpoint.version, mode=mode.value)
        for mode, label in labels.items()
    )
    return Post(text=text.format(name=bold(endpoint)), buttons=buttons, is_plain=True)


def signed(endpoint: Endpoint) -> str:
    """With which secrets requests are signed while a new one waits."""
    if _DIALECTS[endpoint.dialect].signs_twice:
        return _("requests are signed with both until you switch")
    return _("requests are signed with the old one")


def rotated(rotated: Rotated) -> Post:
    """The one message that ever shows the new secret; while it waits, with what becomes of it."""
    text = _("This is the new secret of {name}; it is not shown again:\n```\n{secret}\n```\n{what}")
    what = _("Requests are signed with it from now on.")
    if rotated.waits and _DIALECTS[rotated.endpoint.dialect].signs_twice:
        what = _("Requests are signed with both until you switch: give it to your program first.")
    elif rotated.waits:
        what = _(
            "Requests are signed with the old one until you switch: give it to your program first."
        )
    said = text.format(name=bold(rotated.endpoint), secret=rotated.secret, what=what)
    return Post(text=said, buttons=_waiting(rotated.endpoint), is_plain=True)


def button(
    endpoint: Endpoint,
    known_by: ControlId,
    label: str,
    *,
    tone: Tone = Tone.PLAIN,
    is_disabled: bool = False,
    **more: object,
) -> Button:
    """A button about that endpoint, and what else its id carries."""
    custom_id = known_by.of(endpoint=endpoint.id, **more)
    return Button(label, custom_id=custom_id, tone=tone, is_disabled=is_disabled)


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
    return f"**{escaped(endpoint.name)}**"


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


def _waiting(endpoint: Endpoint) -> tuple[Button, ...]:
    """Switch or discard; the moment names the very secret that they are about."""
    if endpoint.next_secret_at is None:
        return ()
    made_at = to_ms(endpoint.next_secret_at)
    return (
        button(endpoint, SWITCH, _("Switch to the new secret"), tone=Tone.NEXT, made_at=made_at),
        button(endpoint, DISCARD, _("Discard the new secret"), made_at=made_at),
    )
