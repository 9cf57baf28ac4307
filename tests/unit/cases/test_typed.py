"""What people type into options, and what stands in the ids of buttons."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from discord.utils import snowflake_time
from hypothesis import given
from hypothesis import strategies as st

from bot.client.interactions import Press
from bot.errors import UserError
from bot.features.cases.queries import CaseQuery
from bot.features.cases.records import UNCHANGED
from cogs.cases import pages
from cogs.cases.suggestions import end_of, moment, read_duration

NOW = datetime(2026, 5, 24, 12, tzinfo=UTC)
ID = 1_234_567_890_123_456_789

queries = st.builds(
    CaseQuery,
    user_id=st.none() | st.integers(1, 2**64 - 1),
    moderator_id=st.none() | st.integers(1, 2**64 - 1),
    type=st.none() | st.sampled_from(pages.TYPES),
    state=st.none() | st.sampled_from(list(pages.LETTERS)),
    text=st.none() | st.text().map(pages.searched),
)


@given(query=queries, number=st.integers(0, 99_999))
def test_a_search_survives_in_a_button_s_id(query: CaseQuery, number: int) -> None:
    custom_id = pages.TURN.of(page=number, **pages.groups_of(query))
    assert len(custom_id) <= 100
    match = re.fullmatch(pages.TURN.template, custom_id)
    assert match is not None
    press = Press(match.groupdict(), ())
    assert (pages.query_of(press), int(press["page"])) == (query, number)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        (None, None),
        ("2h", NOW - timedelta(hours=2)),
        (str(ID), snowflake_time(ID)),
        (f" https://discord.com/channels/1/2/{ID} ", snowflake_time(ID)),
    ],
)
def test_moments(typed: str | None, wanted: datetime | None) -> None:
    assert moment(typed, NOW) == wanted


@pytest.mark.parametrize("typed", ["", "yesterday", "12", "9999999w", f"x{ID}"])
def test_moments_that_are_none(typed: str) -> None:
    with pytest.raises(UserError, match="Write how long ago"):
        moment(typed, NOW)


def test_an_end_is_left_taken_away_or_counted_from_now() -> None:
    assert end_of(None) is UNCHANGED
    assert end_of(" Never ") is None
    assert end_of("2h") == timedelta(hours=2)
    with pytest.raises(UserError):
        end_of("later")


def test_no_duration_is_none() -> None:
    assert read_duration(None) is None
    assert read_duration("90m") == timedelta(minutes=90)
