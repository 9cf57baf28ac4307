"""The published JSON Schema: valid itself, true to what is sent, and open to later releases."""

import copy
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from jsonschema import Draft202012Validator

from bot.catalogue import EVENTS, Event
from bot.catalogue.schema import data_of, document, envelope
from bot.dialects import build_dialects
from bot.dialects.base import Envelope
from tests.support.emitter_setup import GUILD

ID = UUID("0b9f1c1e-5a0f-4c58-9c44-2c9a3f0f8a11")
START = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
SCHEMA = document()
VALIDATOR: Any = Draft202012Validator(SCHEMA)  # its methods are typed by half only
OTHER_TYPES: dict[str, Any] = {
    "string": 7,
    "integer": "7",
    "boolean": "yes",
    "array": "x",
    "object": [],
}


def body(event: type[Event], dialect: str = "phantom") -> dict[str, Any]:
    rendered = build_dialects()[dialect].render(Envelope(ID, event.sample(GUILD), START))
    assert rendered is not None
    return json.loads(rendered)


def faults(body: dict[str, Any]) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(body)]


def test_it_is_a_schema_of_2020_12() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


@pytest.mark.parametrize("dialect", ["phantom", "standard"])
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_what_is_sent_fits(event: type[Event], dialect: str) -> None:
    sent = body(event, dialect)
    assert faults(sent) == []
    assert list(sent) == list(envelope({}, {}))
    assert list(sent["data"]) == SCHEMA["$defs"][event.type]["required"]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_a_key_that_lacks_and_one_of_another_type_do_not_fit(event: type[Event]) -> None:
    sent = body(event)
    for key, schema in data_of(event)["properties"].items():
        lacking = copy.deepcopy(sent)
        del lacking["data"][key]
        assert faults(lacking) == [f"'{key}' is a required property"]
        kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        assert faults({**sent, "data": {**sent["data"], key: OTHER_TYPES[kinds[0]]}})
        nullable = faults({**sent, "data": {**sent["data"], key: None}}) == []
        assert nullable is ("null" in kinds)


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        ("member.joined", "user_id", "12a"),
        ("member.joined", "joined_at", "2026-05-24T11:32:18Z"),
        ("member.joined", "joined_at", "2026-05-24T11:32:18.123+00:00"),
        ("member.joined", "account_age_days", -1),
        ("member.joined", "account_age_days", 1.5),
        ("network.hit", "trust_score", 101),
        ("economy.balance_changed", "delta", 0),
        ("giveaway.ended", "winner_ids", [7]),
        ("case.updated", "changes", {"reason": {"old": "x"}}),
    ],
)
def test_what_could_never_be_sent_does_not_fit(kind: str, key: str, value: Any) -> None:
    (event,) = (one for one in EVENTS if one.type == kind)
    sent = body(event)
    assert faults({**sent, "data": {**sent["data"], key: value}})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "0b9f1c1e-5a0f-1c58-9c44-2c9a3f0f8a11"),
        ("created_at", "2026-05-24T11:32:18Z"),
        ("guild_id", 1),
        ("livemode", "yes"),
        ("data", []),
        ("type", None),
    ],
)
def test_a_wrong_envelope_does_not_fit(key: str, value: Any) -> None:
    assert faults({**body(EVENTS[0]), key: value})


def test_what_a_later_release_may_send_fits() -> None:
    (ban,) = (event for event in EVENTS if event.type == "member.banned")
    sent = body(ban)
    sent["data"] |= {"source": "carrier_pigeon", "colour": "red"}
    assert faults({**sent, "region": "eu"}) == []
    assert faults({**sent, "type": "weather.changed", "data": {"wind": 3}}) == []
