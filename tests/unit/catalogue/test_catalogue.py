"""The catalogue: what every event promises, and what people are told of a wrong name."""

import re
from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from bot.catalogue import EVENTS, SUBSCRIBABLE, Event, event_named
from bot.catalogue.members import MemberJoined
from bot.errors import UserError

GUILD = 123456789012345678


def test_no_two_events_share_a_type() -> None:
    assert len({event.type for event in EVENTS}) == len(EVENTS)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_event_is_documented_by_itself(event: type[Event]) -> None:
    assert re.fullmatch(r"[a-z]+\.[a-z_]+", event.type)
    assert event.about.endswith(".")
    assert len(event.about) <= 100  # what a select of Discord shows
    assert event.notes == "" or event.notes.endswith(".")
    assert event.sample(GUILD).guild_id == GUILD
    assert event_named(event.type) is event


def test_a_test_cannot_be_subscribed_to() -> None:
    assert "test.ping" not in SUBSCRIBABLE
    assert set(SUBSCRIBABLE) == {event.type for event in EVENTS} - {"test.ping"}


def test_a_wrong_name_gets_the_nearest_one() -> None:
    with pytest.raises(UserError, match=r"Did you mean “member\.joined”\?") as caught:
        event_named("member.join")

    assert "The events are: case.created, case.updated," in str(caught.value)


def test_a_name_like_no_other_gets_the_list_alone() -> None:
    with pytest.raises(UserError) as caught:
        event_named("zzz")

    assert "Did you mean" not in str(caught.value)
    assert "  " not in str(caught.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [("user_id", -1), ("user_id", 2**64), ("user_id", "x"), ("unknown", 1), ("is_bot", None)],
)
def test_a_wrong_field_is_refused(field: str, value: Any) -> None:
    fields: dict[str, Any] = {"guild_id": GUILD, **MemberJoined.example, field: value}

    with pytest.raises(ValidationError):
        MemberJoined.model_validate(fields)


def test_the_largest_snowflake_keeps_every_digit() -> None:
    fields: dict[str, Any] = {"guild_id": GUILD, **MemberJoined.example, "user_id": 2**64 - 1}

    assert b'"user_id":"18446744073709551615"' in MemberJoined.model_validate(fields).data()


def test_an_event_does_not_change_once_it_happened() -> None:
    event = MemberJoined.sample(GUILD)

    with pytest.raises(ValidationError):
        event.__setattr__("joined_at", datetime(2020, 1, 1))  # noqa: DTZ001  never stored
