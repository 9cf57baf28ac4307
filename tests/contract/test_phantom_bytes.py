"""The body of dialect phantom, key by key; tests/contract/golden holds its very bytes."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from bot.catalogue import EVENTS, Event
from bot.catalogue.members import MemberJoined
from bot.dialects import build_dialects
from bot.dialects.base import Envelope

ID = UUID("0b9f1c1e-5a0f-4c58-9c44-2c9a3f0f8a11")
GUILD = 123456789012345678
MOMENT = datetime(2026, 5, 24, 13, 32, 18, 987_654, tzinfo=timezone(timedelta(hours=2)))
ENVELOPE = ["id", "type", "created_at", "guild_id", "livemode", "data"]
PHANTOM = build_dialects()["phantom"]
OURS = {
    "appeal",
    "case",
    "counter_currency",
    "currency",
    "detection",
    "duel",
    "entry",
    "giveaway",
    "incident",
    "raid",
    "rule",
    "ticket",
    "ticket_type",
    "trade",
}


def render(event: Event, *, livemode: bool = True) -> bytes:
    body = PHANTOM.render(Envelope(ID, event, MOMENT, livemode))
    assert body is not None
    return body


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_the_envelope(event: type[Event]) -> None:
    body = render(event.sample(GUILD))
    pairs: list[tuple[str, Any]] = json.loads(body, object_pairs_hook=list)

    assert [key for key, _ in pairs] == ENVELOPE
    assert dict(pairs[:5]) == {
        "id": str(ID),
        "type": event.type,
        "created_at": "2026-05-24T11:32:18+00:00",
        "guild_id": "123456789012345678",
        "livemode": True,
    }
    assert b": " not in body.replace(b'": ', b"")  # no space after a colon or a comma of JSON's
    assert json.loads(render(event.sample(GUILD), livemode=False))["livemode"] is False


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_data_has_every_key_in_its_order_and_ids_as_text(event: type[Event]) -> None:
    data: dict[str, Any] = json.loads(render(event.sample(GUILD)))["data"]

    fields = event.model_fields.items()
    assert list(data) == [field.alias or name for name, field in fields if not field.exclude]
    assert list(data) == list(event.example)
    for key, value in data.items():
        if key.endswith("_id"):
            assert value is None or isinstance(value, int if _is_ours(key) else str)
        elif key.endswith("_at"):
            assert value is None or str(value).endswith("+00:00")


def _is_ours(key: str) -> bool:
    """Numbers that Herald gives are integers; Discord's are text, and so is an audit's target."""
    return key.removesuffix("_id") in OURS


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_what_is_unknown_is_null_and_not_left_out(event: type[Event]) -> None:
    optional = [name for name, field in event.model_fields.items() if not field.is_required()]
    known = {k: v for k, v in event.example.items() if k not in optional}

    data = json.loads(render(event.model_validate({"guild_id": GUILD, **known})))["data"]

    assert list(data) == list(event.example)
    assert all(data[name] is None for name in optional)


def test_what_people_type_survives_as_it_is() -> None:
    joined = MemberJoined.sample(GUILD).model_copy(
        update={"username": 'ß🦦"\\\n\u2028</script>\x00'}
    )

    body = render(joined)

    assert json.loads(body)["data"]["username"] == 'ß🦦"\\\n\u2028</script>\x00'
    assert "ß🦦".encode() in body


def test_half_a_character_becomes_a_question_mark() -> None:
    fields = {**MemberJoined.example, "guild_id": GUILD, "username": "a\ud800b"}

    body = render(MemberJoined.model_validate(fields))

    assert json.loads(body)["data"]["username"] == "a?b"


def test_moments_are_whole_seconds_in_utc() -> None:
    late = datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=-5)))
    joined = MemberJoined.sample(GUILD).model_copy(update={"joined_at": late})

    assert json.loads(render(joined))["data"]["joined_at"] == "2027-01-01T04:59:59+00:00"
    assert late.astimezone(UTC).year == 2027
