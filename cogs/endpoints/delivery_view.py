"""One delivery with every attempt: a list of them, and the answer of the one picked."""

from collections.abc import Sequence
from typing import Any

import discord
from discord import ui
from discord.utils import escape_markdown, format_dt

from bot.client.interactions import still
from bot.features.endpoints.deliveries import Detail, ShownState
from bot.features.endpoints.store import AttemptRow
from bot.texts import _
from bot.user_text import code_block, inline
from cogs.endpoints.deliveries_view import EMOJI, WORDS

PER_PAGE = 5
DETAIL_LIMIT = 120
ANSWER_LIMIT = 2300  # characters: 2 KiB, and what keeps them harmless


def detail(detail: Detail, *, page: int = 0, picked: int | None = None) -> ui.LayoutView:
    """Five attempts a page, the newest first; the newest one's answer unless one is picked."""
    endpoint, delivery = detail.endpoint, detail.delivery
    attempts = detail.attempts[page * PER_PAGE : (page + 1) * PER_PAGE]
    box: ui.Container[Any] = ui.Container()
    name = escape_markdown(endpoint.name)
    title = _("Delivery {id} to {name}").format(id=delivery.id, name=name)
    word = _(WORDS.get(delivery.word, delivery.word))
    when = format_dt(delivery.created_at, "f")
    head = f"{EMOJI[delivery.state]} {word} · `{delivery.event_type}` · {when}"
    box.add_item(ui.TextDisplay(f"## {title}\n{head}\n-# `{delivery.key}`"))
    box.add_item(ui.Separator())
    lines = [attempt_line(attempt) for attempt in attempts]
    box.add_item(ui.TextDisplay("\n".join(lines) or _("Nothing was tried yet.")))
    for item in _answer(detail, attempts, page, picked):
        box.add_item(item)
    if row := _buttons(detail, page):
        box.add_item(ui.ActionRow(*row))
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    still(view)
    return view


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
        parts.append(inline(attempt.detail, DETAIL_LIMIT))
    return " · ".join(parts)


def _outcome(attempt: AttemptRow) -> str:
    status = f"HTTP {attempt.status}" if attempt.status is not None else ""
    error = inline(attempt.error, 40) if attempt.error else ""
    return " ".join(part for part in (status, error) if part) or _("no answer")


def _answer(
    detail: Detail, attempts: Sequence[AttemptRow], page: int, picked: int | None
) -> list[ui.Item[Any]]:
    if not attempts:
        return []
    chosen = next((attempt for attempt in attempts if attempt.id == picked), attempts[0])
    title = _("Answer to attempt {number}").format(number=chosen.number)
    text = code_block(chosen.answer, ANSWER_LIMIT) if chosen.answer else _("It had no body.")
    items: list[ui.Item[Any]] = [ui.Separator(), ui.TextDisplay(f"**{title}**\n{text}")]
    if len(attempts) > 1:
        options = [
            discord.SelectOption(
                label=_("attempt {number}").format(number=attempt.number),
                description=f"{attempt.started_at:%Y-%m-%d %H:%M:%S} UTC",
                value=str(attempt.id),
                default=attempt is chosen,
            )
            for attempt in attempts
        ]
        custom_id = f"webhook:answer:{detail.endpoint.id}:{detail.delivery.id}:{page}"
        items.append(ui.ActionRow(ui.Select(custom_id=custom_id, options=options)))
    return items


def _buttons(detail: Detail, page: int) -> list[ui.Button[Any]]:
    buttons: list[ui.Button[Any]] = []
    of = f"{detail.endpoint.id}:{detail.delivery.id}"
    if len(detail.attempts) > PER_PAGE:
        last = (len(detail.attempts) - 1) // PER_PAGE
        for label, number, way in (
            (_("Newer"), page - 1, "newer"),
            (_("Older"), page + 1, "older"),
        ):
            custom_id = f"webhook:attempts:{of}:{max(number, 0)}:{way}"
            disabled = not 0 <= number <= last
            buttons.append(ui.Button(label=label, custom_id=custom_id, disabled=disabled))
    if detail.delivery.state in (ShownState.FAILED, ShownState.MISSED):
        primary = discord.ButtonStyle.primary
        label, custom_id = _("Redeliver"), f"webhook:redeliver:{of}"
        buttons.append(ui.Button(label=label, custom_id=custom_id, style=primary))
    return buttons
