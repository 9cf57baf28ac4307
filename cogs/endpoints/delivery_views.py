"""Views of deliveries: ten at a time, one with every attempt, what was missed, sums."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from discord.utils import format_dt

from bot.client import limits
from bot.controls import NUMBER, Button, ControlId, Option, Picture, Post, Select, Tone
from bot.features.endpoints.chart import alt_text, draw, milliseconds, what_is_counted
from bot.features.endpoints.deliveries import DeliveryPage, Detail
from bot.features.endpoints.history import AttemptRow, DeliverySummary, ShownState
from bot.features.endpoints.service import Endpoint
from bot.features.endpoints.statistics import Statistics
from bot.features.endpoints.store import Missed
from bot.kept_texts import worded
from bot.texts import N_, _, ngettext
from bot.user_text import code_block, escaped, inline
from cogs.endpoints.views import bold, button

TURN = ControlId(
    "webhook:page", endpoint=NUMBER, page="[0-9]{1,9}", state="[a-z]{1,20}", way="back|next"
)
STATE = ControlId("webhook:state", endpoint=NUMBER)
LOOK = ControlId("webhook:look", endpoint=NUMBER)
ATTEMPTS = ControlId(
    "webhook:attempts", endpoint=NUMBER, delivery=NUMBER, page="[0-9]{1,6}", way="newer|older"
)
ANSWER = ControlId("webhook:answer", endpoint=NUMBER, delivery=NUMBER, page="[0-9]{1,6}")
REDELIVER = ControlId("webhook:redeliver", endpoint=NUMBER, delivery=NUMBER)

REPLAY = ControlId("webhook:replay", endpoint=NUMBER)
CHOOSE = ControlId("webhook:choose", endpoint=NUMBER)
TYPES = ControlId("webhook:types", endpoint=NUMBER)
DROP = ControlId("webhook:drop", endpoint=NUMBER)

ALL = "all"
DAY, WEEK = 24, 168  # hours
PER_PAGE = 5
DETAIL_LIMIT = 120
ANSWER_LIMIT = 2300  # characters: 2 KiB, and what keeps them harmless

EMOJI = {
    N_("pending"): "🕓",
    N_("delivering"): "📤",
    N_("delivered"): "✅",
    N_("failed"): "❌",
    N_("held"): "⏸️",
    N_("missed"): "💤",
}
"""By the words of ShownState; a dialect may have another word for the end of the attempts."""


@dataclass(frozen=True, slots=True)
class DeliveryQuery:
    """Query for an endpoint's deliveries, in one state or in all."""

    endpoint_id: int
    state: str = ALL


def listed(page: DeliveryPage, query: DeliveryQuery) -> Post:
    """The page's lines; what to do where there are none."""
    lines = [_line(delivery) for delivery in page.deliveries]
    nothing = _("There is none in that state.")
    if query.state == ALL:
        nothing = _("Nothing here yet. /webhook test sends something.")
    return Post(
        _("Deliveries of {name}").format(name=escaped(page.endpoint.name)),
        "\n".join(lines) or nothing,
        footer=_("Page {number}").format(number=page.number + 1),
        selects=(_states(page, query.state), *((_look(page),) if lines else ())),
    )


def detail(detail: Detail, *, page: int = 0, picked: int | None = None) -> Post:
    """Five attempts a page, the newest first; the newest one's answer unless one is picked."""
    delivery = detail.delivery
    attempts = detail.attempts[page * PER_PAGE : (page + 1) * PER_PAGE]
    chosen = next((attempt for attempt in attempts if attempt.id == picked), None)
    title = _("Delivery {id} to {name}")
    word = _(delivery.word)
    when = format_dt(delivery.created_at, "f")
    head = f"{EMOJI[delivery.state]} {word} · `{delivery.event_type}` · {when}"
    lines = "\n".join(map(attempt_line, attempts)) or _("Nothing was tried yet.")
    return Post(
        title.format(id=delivery.id, name=escaped(detail.endpoint.name)),
        f"{head}\n-# `{delivery.key}`",
        below=(lines, *(_answer(chosen or one) for one in attempts[:1])),
        selects=_pick(detail, attempts, page, chosen) if len(attempts) > 1 else (),
        buttons=_buttons(detail, page),
    )


def attempt_line(attempt: AttemptRow) -> str:
    """What came of one attempt."""
    parts = [
        _("attempt {number}").format(number=attempt.number),
        format_dt(attempt.started_at, "T") + " " + format_dt(attempt.started_at, "d"),
        _outcome(attempt),
    ]
    if attempt.latency_ms is not None:
        parts.append(f"{attempt.latency_ms} ms")
    if attempt.detail:
        parts.append(inline(worded(attempt.detail), DETAIL_LIMIT))
    return " · ".join(parts)


async def stats(statistics: Statistics) -> Post:
    """A picture, and the same in words; drawn in a thread, so that the loop never waits for it."""
    text = ngettext(
        "{name}: {delivered} delivered, {failed} failed in the last {hours} hour; "
        "latency {median} in the median, {high} at the 95th percentile.",
        "{name}: {delivered} delivered, {failed} failed in the last {hours} hours; "
        "latency {median} in the median, {high} at the 95th percentile.",
        len(statistics.hours),
    )
    told = text.format(
        name=bold(statistics.endpoint),
        delivered=statistics.delivered,
        failed=statistics.failed,
        hours=len(statistics.hours),
        median=milliseconds(statistics.median_ms),
        high=milliseconds(statistics.high_ms),
    )
    told = " ".join(filter(None, (told, what_is_counted(statistics))))
    image = await asyncio.to_thread(draw, statistics)
    return Post(text=told, picture=Picture("stats.png", image, alt_text(statistics)))


def missed(endpoint: Endpoint, missed: Missed) -> Post:
    """How much was missed while it was off, and since when; replay all, choose, or drop."""
    buttons = (
        button(endpoint, REPLAY, _("Replay all"), tone=Tone.NEXT),
        button(endpoint, CHOOSE, _("Choose types")),
        button(endpoint, DROP, _("Drop"), tone=Tone.BAD),
    )
    return Post(text=_missed(endpoint, missed), buttons=buttons, is_plain=True)


def missed_types(endpoint: Endpoint, missed: Missed) -> Post:
    """Which types of events to replay; the most frequent first."""
    options = tuple(
        Option(name, name, ngettext("{n} event", "{n} events", count).format(n=count))
        for name, count in list(missed.types.items())[: limits.OPTIONS]
    )
    select = Select(TYPES.of(endpoint=endpoint.id), options, _("Replay only …"), most=len(options))
    return Post(
        text=_missed(endpoint, missed),
        selects=(select,),
        buttons=(button(endpoint, DROP, _("Drop"), tone=Tone.BAD),),
        is_plain=True,
    )


def last_attempts(endpoint: Endpoint, attempts: Sequence[AttemptRow]) -> Post:
    """Why it was switched off."""
    title = _("The last failed attempts of {name}:").format(name=bold(endpoint))
    lines = [f"#{one.delivery_id} · {attempt_line(one)}" for one in attempts]
    return Post(text="\n".join([title, *lines]) if lines else _("None is kept any more."))


def dropped(endpoint: Endpoint, count: int) -> str:
    text = ngettext(
        "{count} missed event of {name} is dropped.",
        "{count} missed events of {name} are dropped.",
        count,
    )
    return text.format(name=bold(endpoint), count=count)


def _states(page: DeliveryPage, state: str) -> Select:
    options = [
        Option(
            _(page.failed_word if shown is ShownState.FAILED else shown.value),
            shown.value,
            emoji=EMOJI[shown],
            is_chosen=shown.value == state,
        )
        for shown in ShownState
    ]
    every = Option(_("all states"), ALL, is_chosen=state == ALL)
    return Select(STATE.of(endpoint=page.endpoint.id), (every, *options))


def _look(page: DeliveryPage) -> Select:
    options = tuple(
        Option(f"#{one.id} {one.event_type}", str(one.id), emoji=EMOJI[one.state])
        for one in page.deliveries
    )
    return Select(LOOK.of(endpoint=page.endpoint.id), options, _("Look at every attempt of …"))


def _line(delivery: DeliverySummary) -> str:
    parts = [
        f"{EMOJI[delivery.state]} **#{delivery.id}** `{delivery.event_type}`",
        _(delivery.word),
        _came_of_it(delivery),
        format_dt(delivery.created_at, "R"),
    ]
    if delivery.next_due_at is not None:
        parts.append(_("next attempt {when}").format(when=format_dt(delivery.next_due_at, "R")))
    told = " · ".join(part for part in parts if part)
    return f"{told}\n-# `{delivery.key}`"


def _came_of_it(delivery: DeliverySummary) -> str:
    """What its last attempt came to."""
    if not delivery.attempt:
        return ""
    outcome = worded(delivery.last_error or "")
    if delivery.last_status is not None:
        outcome = f"HTTP {delivery.last_status}"
    text = _("attempt {number}: {outcome}") if outcome else _("attempt {number}")
    return text.format(number=delivery.attempt, outcome=escaped(outcome))


def _outcome(attempt: AttemptRow) -> str:
    status = f"HTTP {attempt.status}" if attempt.status is not None else ""
    error = inline(worded(attempt.error), 40) if attempt.error else ""
    return " ".join(part for part in (status, error) if part) or _("no answer")


def _answer(attempt: AttemptRow) -> str:
    title = _("Answer to attempt {number}").format(number=attempt.number)
    text = code_block(attempt.answer, ANSWER_LIMIT) if attempt.answer else _("It had no body.")
    return f"**{title}**\n{text}"


def _pick(
    detail: Detail, attempts: Sequence[AttemptRow], page: int, chosen: AttemptRow | None
) -> tuple[Select, ...]:
    options = tuple(
        Option(
            _("attempt {number}").format(number=attempt.number),
            str(attempt.id),
            f"{attempt.started_at:%Y-%m-%d %H:%M:%S} UTC",
            is_chosen=attempt is (chosen or attempts[0]),
        )
        for attempt in attempts
    )
    about = {"endpoint": detail.endpoint.id, "delivery": detail.delivery.id}
    return (Select(ANSWER.of(**about, page=page), options),)


def _buttons(detail: Detail, page: int) -> tuple[Button, ...]:
    endpoint, number = detail.endpoint, detail.delivery.id
    last = (len(detail.attempts) - 1) // PER_PAGE
    ways = ((_("Newer"), "newer", page - 1), (_("Older"), "older", page + 1))
    buttons = [
        button(
            endpoint,
            ATTEMPTS,
            label,
            is_disabled=not 0 <= to <= last,
            delivery=number,
            page=max(to, 0),
            way=way,
        )
        for label, way, to in (ways if last > 0 else ())
    ]
    if detail.delivery.state in (ShownState.FAILED, ShownState.MISSED):
        again = _("Redeliver")
        buttons.append(button(endpoint, REDELIVER, again, tone=Tone.NEXT, delivery=number))
    return tuple(buttons)


def _missed(endpoint: Endpoint, missed: Missed) -> str:
    text = ngettext(
        "{name} missed {count} event since {since} while it was switched off.",
        "{name} missed {count} events since {since} while it was switched off.",
        missed.count,
    )
    since = format_dt(missed.since, "f") if missed.since else ""
    return text.format(name=bold(endpoint), count=missed.count, since=since)
