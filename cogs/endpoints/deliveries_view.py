"""An endpoint's deliveries, ten at a time, with a choice of state and buttons to turn pages."""

import discord
from discord.utils import escape_markdown, format_dt

from bot.client.interactions import still
from bot.features.endpoints.deliveries import DeliveryPage, DeliverySummary, ShownState
from bot.texts import N_, _

ALL = "all"

EMOJI = {
    ShownState.PENDING: "🕓",
    ShownState.DELIVERING: "📤",
    ShownState.DELIVERED: "✅",
    ShownState.FAILED: "❌",
    ShownState.HELD: "⏸️",
    ShownState.MISSED: "💤",
}

WORDS = {
    "pending": N_("pending"),
    "delivering": N_("delivering"),
    "delivered": N_("delivered"),
    "failed": N_("failed"),
    "held": N_("held"),
    "missed": N_("missed"),
}


def embed(page: DeliveryPage, state: str | None) -> discord.Embed:
    """The page's lines; what to do where there are none."""
    name = escape_markdown(page.endpoint.name)
    title = _("Deliveries of {name}").format(name=name)
    lines = [_line(delivery) for delivery in page.deliveries]
    nothing = _("Nothing here yet. /webhook test sends something.") if state is None else None
    text = "\n".join(lines) or nothing or _("There is none in that state.")
    shown = discord.Embed(title=title, description=text)
    shown.set_footer(text=_("Page {number}").format(number=page.number + 1))
    return shown


def controls(page: DeliveryPage, state: str | None) -> discord.ui.View:
    """A select of states, and Back and Next."""
    view = discord.ui.View(timeout=None)
    view.add_item(_states(page, state))
    if page.deliveries:
        view.add_item(_look(page))
    back = _turn(page, state, _("Back"), -1)
    back.disabled = page.number == 0
    further = _turn(page, state, _("Next"), 1)
    further.disabled = not page.has_more
    view.add_item(back)
    view.add_item(further)
    still(view)
    return view


def _states(page: DeliveryPage, state: str | None) -> discord.ui.Select[discord.ui.View]:
    options = [discord.SelectOption(label=_("all states"), value=ALL, default=state is None)]
    options += [
        discord.SelectOption(
            label=_word(shown, page.failed_word),
            value=shown,
            emoji=EMOJI[shown],
            default=shown == state,
        )
        for shown in ShownState
    ]
    return discord.ui.Select(custom_id=f"webhook:state:{page.endpoint.id}", options=options)


def _word(shown: ShownState, failed_word: str) -> str:
    """A state as the endpoint's dialect calls it."""
    word = failed_word if shown is ShownState.FAILED else shown.value
    return _(WORDS.get(word, word))


def _look(page: DeliveryPage) -> discord.ui.Select[discord.ui.View]:
    options = [
        discord.SelectOption(
            label=f"#{delivery.id} {delivery.event_type}",
            value=str(delivery.id),
            emoji=EMOJI[delivery.state],
        )
        for delivery in page.deliveries
    ]
    return discord.ui.Select(
        custom_id=f"webhook:look:{page.endpoint.id}",
        options=options,
        placeholder=_("Look at every attempt of …"),
    )


def _turn(
    page: DeliveryPage, state: str | None, label: str, step: int
) -> discord.ui.Button[discord.ui.View]:
    # Back's number is that of no page where it is disabled; the two ids differ all the same.
    number = page.number + step if page.number + step >= 0 else 0
    custom_id = f"webhook:page:{page.endpoint.id}:{number}:{state or ALL}:{label_of(step)}"
    return discord.ui.Button(label=label, custom_id=custom_id)


def label_of(step: int) -> str:
    return "next" if step > 0 else "back"


def _line(delivery: DeliverySummary) -> str:
    parts = [
        f"{EMOJI[delivery.state]} **#{delivery.id}** `{delivery.event_type}`",
        _(WORDS.get(delivery.word, delivery.word)),
        came_of_it(delivery),
        format_dt(delivery.created_at, "R"),
    ]
    if delivery.next_due_at is not None:
        parts.append(_("next attempt {when}").format(when=format_dt(delivery.next_due_at, "R")))
    told = " · ".join(part for part in parts if part)
    return f"{told}\n-# `{delivery.key}`"


def came_of_it(delivery: DeliverySummary) -> str:
    """What its last attempt came to."""
    if not delivery.attempt:
        return ""
    outcome = delivery.last_error or ""
    if delivery.last_status is not None:
        outcome = f"HTTP {delivery.last_status}"
    text = _("attempt {number}: {outcome}") if outcome else _("attempt {number}")
    return text.format(number=delivery.attempt, outcome=escape_markdown(outcome))
