"""docs/events.md: fresh, complete, and its examples are what phantom sends."""

import json
import re
from datetime import datetime
from uuid import UUID

import pytest

from bot.catalogue import EVENTS, Event, event_named
from bot.catalogue.pages import CREATED_AT, GUILD_ID, ID, anchor, document, section
from bot.catalogue.words import fields_of
from bot.dialects import build_dialects
from bot.dialects.base import Envelope
from tools.events import PAGE


def test_the_page_is_fresh() -> None:
    fresh = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == document()
    assert fresh, "docs/events.md is older than the catalogue: run `make events`"


def test_every_line_of_the_contents_leads_to_a_heading() -> None:
    page = document()
    linked = re.findall(r"^\| \[`(.+)`\]\(#(.+)\) \| (.+) \|$", page, re.MULTILINE)
    headings = re.findall(r"^## `(.+)`$", page, re.MULTILINE)
    assert [name for name, _, _ in linked] == headings == [event.type for event in EVENTS]
    assert [about for _, _, about in linked] == [event.about for event in EVENTS]
    # How a heading is named on the page: lower case, everything but letters, digits, _ and - gone.
    assert [link for _, link, _ in linked] == [re.sub(r"[^\w-]", "", name) for name in headings]
    assert len({anchor(name) for name in headings}) == len(headings)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_a_section_tells_every_key_and_shows_what_phantom_sends(event: type[Event]) -> None:
    text = section(event)
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(event.wire_keys())
    (shown,) = re.findall(r"```json\n(.+?)\n```", text, re.DOTALL)
    envelope = Envelope(UUID(ID), event.sample(int(GUILD_ID)), datetime.fromisoformat(CREATED_AT))
    sent = build_dialects()["phantom"].render(envelope)
    assert sent is not None
    assert json.dumps(json.loads(shown)) == json.dumps(json.loads(sent))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_key_has_its_line_of_meaning(event: type[Event]) -> None:
    for field in fields_of(event):
        assert re.fullmatch(r"[A-Z`0-9].*\.", field.meaning), field.key
        assert len(field.meaning) <= 80
        assert "|" not in field.full_meaning("`")


def test_types_are_told_in_words() -> None:
    told = {
        f"{name}.{field.key}": field.full_type
        for name in ("case.updated", "giveaway.created", "security.audit_entry", "trade.completed")
        for field in fields_of(event_named(name))
    }
    assert told["case.updated.case_id"] == "number"
    assert told["case.updated.user_id"] == "id"
    assert told["case.updated.expires_at"] == "time or null"
    assert told["case.updated.changed_fields"] == "list of text"
    assert told["case.updated.changes"] == "object of {old, new}"
    assert told["giveaway.created.required_role_ids"] == "list of ids"
    assert told["giveaway.created.prize"] == "text"
    assert told["security.audit_entry.context"] == "object"
    assert told["trade.completed.counter_decimals"] == "number or null"
    (banned,) = (one for one in fields_of(event_named("member.left")) if one.key == "is_bot")
    assert banned.full_type == "true or false"
    (kind,) = (one for one in fields_of(event_named("member.left")) if one.key == "kind")
    assert kind.full_meaning() == "By themselves, or kicked or pruned. One of left, kicked."
    assert kind.full_meaning("`").endswith("One of `left`, `kicked`.")
