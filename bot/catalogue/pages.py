"""Page of events, docs/events.md: written from the models for those who receive them."""

import json
import textwrap
from collections.abc import Collection, Sequence

from bot.catalogue import EVENTS
from bot.catalogue.base import Event
from bot.catalogue.schema import PROMISE
from bot.catalogue.words import LEGEND, Field, fields_of

HEADING = """\
# The events

<!-- Written by `make events` from bot/catalogue; change it there. -->

{promise}

`herald catalogue --format json-schema` prints the same for a program, `--format asyncapi` with
the headers of every dialect; `herald trigger EVENT --to URL --secret S` sends you the example.

{legend}

*Not sent yet* is what belongs to a feature that this release does not have: the page is written
from the features that there are. You can build for it today.

| Event | |
|---|---|
{contents}
"""
INTRODUCTION = (
    "What each event says, key by key. How a request is verified and answered is in "
    "[receivers.md](receivers.md)."
)
ID = "0b9f1c1e-5a0f-4c58-9c44-2c9a3f0f8a11"
CREATED_AT = "2026-05-24T11:32:18+00:00"
GUILD_ID = "123456789012345678"


NOT_SENT = "*Not sent yet.*"


def document(features: Collection[str], events: Sequence[type[Event]] = EVENTS) -> str:
    """The whole page, of a bot with these features."""
    heading = HEADING.format(
        promise=_wrapped(f"{INTRODUCTION} {PROMISE}"),
        legend="\n".join(f"* *{word}*: {meaning}" for word, meaning in LEGEND.items()),
        contents="\n".join(
            f"| [`{event.type}`](#{anchor(event.type)}) | {about(event, features)} |"
            for event in events
        ),
    )
    return "\n".join([heading, *(section(event, features) for event in events)])


def about(event: type[Event], features: Collection[str]) -> str:
    """What it tells, and whether it is sent at all."""
    return event.about if event.is_sent(features) else f"{event.about} {NOT_SENT}"


def section(event: type[Event], features: Collection[str]) -> str:
    """What there is to know about one event."""
    told = _wrapped(f"{event.about} {event.notes}".strip())
    if not event.is_sent(features):
        hint = f"It comes with the feature `{event.feature}`; `herald trigger` sends the example."
        told = f"{NOT_SENT} {hint}\n\n{told}"
    rows = "\n".join(_row(field) for field in fields_of(event, features))
    return (
        f"## `{event.type}`\n\n{told}\n\n| Key | Type | Meaning |\n|---|---|---|\n{rows}\n\n"
        f"```json\n{example(event)}\n```\n"
    )


def anchor(event_type: str) -> str:
    """Where a heading is found: its letters, digits and underscores."""
    return event_type.replace(".", "")


def example(event: type[Event]) -> str:
    """The example in its envelope, laid out for reading."""
    body = {
        "id": ID,
        "type": event.type,
        "created_at": CREATED_AT,
        "guild_id": GUILD_ID,
        "livemode": True,
        "data": event.example,
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def _row(field: Field) -> str:
    return f"| `{field.key}` | {field.full_type} | {field.full_meaning('`')} |"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 100, break_long_words=False, break_on_hyphens=False)
