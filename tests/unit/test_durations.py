"""Durations and moments: every form that people type, and nothing else."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from discord.utils import snowflake_time
from hypothesis import given
from hypothesis import strategies as st

from bot.durations import (
    SECONDS,
    in_words,
    parse_coming,
    parse_duration,
    parse_moment,
)
from bot.errors import UserError

NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
ID = 1_234_567_890_123_456_789


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
        ("1 month", 2_592_000),
        ("2mo", 5_184_000),
        ("1 year 6 months", 47_088_000),
        ("1Y", 31_536_000),
        ("90 MIN", 5400),
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


@pytest.mark.parametrize("text", ["1M", "1d 2M", "30 M"])
def test_a_lone_m_is_asked_about(text: str) -> None:
    with pytest.raises(UserError, match="10m for minutes, 1mo for a month"):
        parse_duration(text)
    with pytest.raises(UserError, match="10m for minutes, 1mo for a month"):
        parse_moment(text, NOW)


def test_what_no_calendar_holds_is_too_long() -> None:
    with pytest.raises(UserError, match="too long"):
        parse_duration("999999999w 999999999w")


PARTS = st.lists(
    st.tuples(st.integers(0, 99_999), st.sampled_from(sorted(SECONDS))), min_size=1, max_size=6
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


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2h", NOW - timedelta(hours=2)),
        (" 1D12h ", NOW - timedelta(days=1, hours=12)),
        ("1d 2h 30m", NOW - timedelta(days=1, hours=2, minutes=30)),
        ("0m", NOW),
        ("2026-05-24 11:30", datetime(2026, 5, 24, 11, 30, tzinfo=UTC)),
        ("2026-05-24", datetime(2026, 5, 24, tzinfo=UTC)),
        ("2026-05-24T11:30:00Z", datetime(2026, 5, 24, 11, 30, tzinfo=UTC)),
        ("2026-05-24t13:30+02:00", datetime(2026, 5, 24, 11, 30, tzinfo=UTC)),
        ("<t:1779622200:R>", datetime.fromtimestamp(1779622200, UTC)),
        ("<t:1779622200>", datetime.fromtimestamp(1779622200, UTC)),
        ("90s", NOW - timedelta(seconds=90)),
        ("3 weeks", NOW - timedelta(weeks=3)),
        (str(ID), snowflake_time(ID)),
        (f" https://discord.com/channels/1/2/{ID} ", snowflake_time(ID)),
    ],
)
def test_a_past_moment_is_read(typed: str, moment: datetime) -> None:
    assert parse_moment(typed, NOW) == moment


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "yesterday",
        "2",
        "h",
        "-2h",
        "2h ago",
        "9999d9",
        "2026-13-01",
        "<t:x>",
        "0001-01-01T00:00+14:00",
        "12",
        "9999999w",
        f"x{ID}",
    ],
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(
        UserError, match=r"^Write how long ago, such as 2h or 1d12h, or a time such"
    ):
        parse_moment(typed, NOW)


@pytest.mark.parametrize("typed", ["2026-05-24 11:33", "2999-01-01", "<t:99999999999>"])
def test_the_future_is_refused(typed: str) -> None:
    with pytest.raises(UserError, match=r"^That time is still to come: name a past one\.$"):
        parse_moment(typed, NOW)


@given(st.text(max_size=40))
def test_any_text_is_a_past_moment_or_a_refusal(text: str) -> None:
    with suppress(UserError):
        assert parse_moment(text, NOW).utcoffset() == timedelta()


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2h", NOW + timedelta(hours=2)),
        (" 1d 12h ", NOW + timedelta(hours=36)),
        ("2026-05-24 18:00", datetime(2026, 5, 24, 18, tzinfo=UTC)),
        ("2026-05-24T18:00+02:00", datetime(2026, 5, 24, 16, tzinfo=UTC)),
        ("<t:1779624000:R>", datetime(2026, 5, 24, 12, tzinfo=UTC)),
    ],
)
def test_a_moment_to_come_is_read(typed: str, moment: datetime) -> None:
    assert parse_coming(typed, NOW) == moment


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("soon", "Write in how long"),
        ("", "Write in how long"),
        ("999999999y", "Write in how long"),
        ("2026-13-01 10:00", "Write in how long"),
        ("5M", "M can be minutes or months"),
        ("0s", "That time is over"),
        ("2026-05-24 11:32", "That time is over"),
    ],
)
def test_what_is_no_moment_to_come_is_refused(typed: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        parse_coming(typed, NOW)
