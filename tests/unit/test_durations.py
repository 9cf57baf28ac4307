"""Durations: every form that people type, and nothing else."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.durations import SECONDS, in_words, parse_duration
from bot.errors import UserError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10m", 600),
        ("2h30m", 9000),
        ("1d", 86_400),
        ("1d 12h", 129_600),
        ("3 weeks", 1_814_400),
        (" 1 Hour, 5 MIN ", 3900),
        ("90s", 90),
        ("५m", 300),
    ],
)
def test_what_people_type(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", " ", "10", "m", "10 parsecs", "1h x", "-5m", "1.5h", "10m;", "²m", "1h" + "\x00"]
)
def test_what_is_no_duration_is_refused_with_the_forms(text: str) -> None:
    with pytest.raises(UserError, match=r"10m, 2h30m"):
        parse_duration(text)


def test_what_no_calendar_holds_is_too_long() -> None:
    with pytest.raises(UserError, match="too long"):
        parse_duration("999999999w 999999999w")


PARTS = st.lists(
    st.tuples(st.integers(0, 999_999), st.sampled_from(sorted(SECONDS))), min_size=1, max_size=6
)


@given(PARTS, st.sampled_from(["", " ", ", "]))
def test_the_parts_add_up(parts: list[tuple[int, str]], between: str) -> None:
    text = between.join(f"{count}{unit}" for count, unit in parts)
    wanted = timedelta(seconds=sum(count * SECONDS[unit] for count, unit in parts))
    assert parse_duration(text) == wanted


@given(st.text(max_size=40))
def test_any_text_is_a_duration_or_a_refusal(text: str) -> None:
    with suppress(UserError):
        assert parse_duration(text) >= timedelta()


@given(st.integers(0, 10**9))
def test_in_words_the_two_largest_units_are_read_back(seconds: int) -> None:
    words = in_words(timedelta(seconds=seconds))
    shown = parse_duration(words)
    assert timedelta() <= timedelta(seconds=seconds) - shown < max(shown, timedelta(seconds=1))
    assert len(words.split()) in (2, 4)


def test_in_words() -> None:
    assert in_words(timedelta(hours=2, minutes=30)) == "2 hours 30 minutes"
    assert in_words(timedelta(days=1, seconds=1)) == "1 day 1 second"
    assert in_words(timedelta(0)) == "0 seconds"
