"""docs/events.md: fresh, complete, and its examples are what phantom sends."""

import json
import re
from datetime import datetime
from uuid import UUID

import pytest

from bot.catalogue import EVENTS, Event, event_named
from bot.catalogue.pages import CREATED_AT, GUILD_ID, ID, about, anchor, document, section
from bot.catalogue.words import fields_of
from bot.dialects import build_dialects
from bot.dialects.base import Envelope
from tools.events import PAGE, feature_names

STANDING = feature_names()


def test_the_page_is_fresh() -> None:
    fresh = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == document(STANDING)
    assert fresh, "docs/events.md is older than the catalogue: run `make events`"


def test_every_line_of_the_contents_leads_to_a_heading() -> None:
    page = document(STANDING)
    linked = re.findall(r"^\| \[`(.+)`\]\(#(.+)\) \| (.+) \|$", page, re.MULTILINE)
    headings = re.findall(r"^## `(.+)`$", page, re.MULTILINE)
    assert [name for name, _, _ in linked] == headings == [event.type for event in EVENTS]
    assert [told for _, _, told in linked] == [about(event, STANDING) for event in EVENTS]
    # How a heading is named on the page: lower case, everything but letters, digits, _ and - gone.
    assert [link for _, link, _ in linked] == [re.sub(r"[^\w-]", "", name) for name in headings]
    assert len({anchor(name) for name in headings}) == len(headings)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_a_section_tells_every_key_and_shows_what_phantom_sends(event: type[Event]) -> None:
    text = section(event, STANDING)
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == list(event.wire_keys())
    (shown,) = re.findall(r"```json\n(.+?)\n```", text, re.DOTALL)
    envelope = Envelope(UUID(ID), event.sample(int(GUILD_ID)), datetime.fromisoformat(CREATED_AT))
    sent = build_dialects()["phantom"].render(envelope)
    assert sent is not None
    assert json.dumps(json.loads(shown)) == json.dumps(json.loads(sent))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_key_has_its_line_of_meaning(event: type[Event]) -> None:
    for field in fields_of(event, STANDING):
        assert re.fullmatch(r"[A-Z`0-9].*\.", field.meaning), field.key
        assert len(field.meaning) <= 80
        assert "|" not in field.full_meaning("`")


def test_types_are_told_in_words() -> None:
    told = {
        f"{name}.{field.key}": field.full_type
        for name in ("case.updated", "giveaway.created", "security.audit_entry", "trade.completed")
        for field in fields_of(event_named(name), STANDING)
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
    (banned,) = (
        one for one in fields_of(event_named("member.left"), STANDING) if one.key == "is_bot"
    )
    assert banned.full_type == "true or false"
    (kind,) = (one for one in fields_of(event_named("member.left"), STANDING) if one.key == "kind")
    assert kind.full_meaning() == "By themselves, or kicked or pruned. One of left, kicked."
    assert kind.full_meaning("`").endswith("One of `left`, `kicked`.")


def test_what_no_feature_sends_is_marked_and_is_not_once_it_stands() -> None:
    opened, created = event_named("ticket.opened"), event_named("case.created")
    for one, features, is_marked in (
        (opened, {"cases"}, True),
        (opened, {"cases", "tickets"}, False),
        (created, {"members"}, True),
        (created, {"cases"}, False),
    ):
        assert ("Not sent yet" in about(one, features)) is is_marked
        assert ("Not sent yet.*" in section(one, features)) is is_marked
    assert "It comes with the feature `tickets`" in section(opened, {"cases"})


def test_a_value_that_another_feature_brings_is_marked_until_it_stands() -> None:
    def source(*features: str) -> str:
        fields = fields_of(event_named("case.created"), features)
        return next(one for one in fields if one.key == "source").full_meaning()

    assert source("cases").endswith("One of bot. Not sent yet: dashboard, api, sync.")
    assert source("cases", "sync").endswith("One of bot, sync. Not sent yet: dashboard, api.")
    # Nothing of an event that is not sent is.
    assert source("members").endswith("One of dashboard, api, bot, sync.")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_a_value_that_comes_later_is_one_of_its_key(event: type[Event]) -> None:
    values = {one.key: one.values for one in fields_of(event, ())}
    for key, brought in event.comes_with.items():
        assert set(brought) < set(values[key])
        assert event.feature not in brought.values()
