"""`herald catalogue`: what can be emitted, for people and for programs."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from bot import __version__
from bot.catalogue import EVENTS, asyncapi, event_named, pages, schema
from bot.catalogue.base import Event
from bot.catalogue.words import fields_of
from bot.dialects import Dialect, build_dialects
from bot.dialects.base import Envelope, OutgoingAttempt
from bot.errors import UserError
from bot.wiring import FEATURES

STANDING = frozenset(feature.name for feature in FEATURES)
ENDPOINT = UUID("5f0c6c52-7d0a-4f5e-9d55-3f1f0a6f1b1e")
DOCUMENTED_KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="  # signs the examples only


def catalogue(event: str | None, wanted: str) -> None:
    """Print one event, or all of them, in that format; a UserError for a wrong name."""
    draw = FORMATS.get(wanted)
    if draw is None:
        raise UserError(_unknown_format(wanted))
    draw((event_named(event),) if event else EVENTS)


def spellings(events: Sequence[type[Event]]) -> list[asyncapi.Spelling]:
    """Each of these events as each dialect that has it really sends it."""
    dialects = build_dialects().values()
    return [
        spelling for event in events for dialect in dialects for spelling in _spelt(event, dialect)
    ]


def _spelt(event: type[Event], dialect: Dialect) -> Iterator[asyncapi.Spelling]:
    made = [
        dialect.render(_enveloped(event.sample(int(pages.GUILD_ID)), is_test=True)),
        dialect.render(_enveloped(_sparse(event))),
    ]
    bodies = [body for body in made if body is not None]
    if bodies:
        yield asyncapi.Spelling(
            dialect.name,
            event,
            (dialect.events or {}).get(event.type, event.type),
            dialect.headers(_outgoing(event, bodies[0])),
            [json.loads(body) for body in bodies],
            own_envelope=dialect.events is not None,
        )


def _enveloped(event: Event, *, is_test: bool = False) -> Envelope:
    return Envelope(UUID(pages.ID), event, _created_at(), is_test=is_test)


def _sparse(event: type[Event]) -> Event:
    """The example without whatever may be unknown, so that a dialect shows what may be null."""
    needed = {
        field.alias or name for name, field in event.model_fields.items() if field.is_required()
    }
    known = {key: value for key, value in event.example.items() if key in needed}
    return event.model_validate({"guild_id": pages.GUILD_ID, **known})


def _outgoing(event: type[Event], body: bytes) -> OutgoingAttempt:
    return OutgoingAttempt(
        event_id=UUID(pages.ID),
        event_type=event.type,
        endpoint_uuid=ENDPOINT,
        delivery_id=1,
        attempt=1,
        body=body,
        secret=DOCUMENTED_KEY,
        sent_at=int(_created_at().timestamp()),
    )


def _created_at() -> datetime:
    return datetime.fromisoformat(pages.CREATED_AT).astimezone(UTC)


def _draw_table(events: Sequence[type[Event]]) -> None:
    if len(events) > 1:
        rows = [(event.type, f"{event.about} {_not_yet(event)}".strip()) for event in events]
        _print_rows(("Event", "Meaning"), rows)
        return
    (event,) = events
    told = " ".join(filter(None, (event.about, event.notes, _not_yet(event))))
    typer.echo(f"{event.type}: {told}\n")
    _print_rows(
        ("Key", "Type", "Meaning"),
        [(one.key, one.full_type, one.full_meaning()) for one in fields_of(event, STANDING)],
    )


def _not_yet(event: type[Event]) -> str:
    return "" if event.is_sent(STANDING) else "(not sent yet)"


def _print_rows(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table on a terminal; plain lines, one a row, for whatever reads them elsewhere."""
    console = Console(highlight=False, markup=False, emoji=False)
    if console.is_terminal:
        table = Table(*titles, show_lines=False)
        for row in rows:
            table.add_row(*row)
        console.print(table)
        return
    widths = [max(len(row[at]) for row in rows) for at in range(len(titles) - 1)]
    for row in rows:
        padded = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        typer.echo("  ".join([*padded, row[-1]]))


def _draw_markdown(events: Sequence[type[Event]]) -> None:
    one = len(events) == 1
    page = pages.section(events[0], STANDING) if one else pages.document(STANDING, events)
    typer.echo(page, nl=False)


def _draw_schema(events: Sequence[type[Event]]) -> None:
    _print_json(schema.document(events))


def _draw_asyncapi(events: Sequence[type[Event]]) -> None:
    _print_json(asyncapi.document(spellings(events), __version__))


def _print_json(document: dict[str, Any]) -> None:
    typer.echo(json.dumps(document, indent=2))  # in ASCII, which every terminal and pipe carries


def _unknown_format(wanted: str) -> str:
    near = get_close_matches(wanted, FORMATS, n=1, cutoff=0.6)
    hint = f"Did you mean “{near[0]}”? " if near else ""
    return f"There is no format “{wanted}”. {hint}The formats are: {', '.join(FORMATS)}."


FORMATS: dict[str, Callable[[Sequence[type[Event]]], None]] = {
    "table": _draw_table,
    "markdown": _draw_markdown,
    "json-schema": _draw_schema,
    "asyncapi": _draw_asyncapi,
}
