"""Clock skew: whose word counts, and when the clock is called wrong."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.clock_skew import DISCORD, ClockSkew

NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)


def say(skew: ClockSkew, source: str, seconds: float, *, minutes: float = 0) -> None:
    """That source's clock, from which ours is so many seconds away, some minutes later."""
    now = NOW + timedelta(minutes=minutes)
    theirs = now - timedelta(seconds=seconds)
    skew.heard(source, format_datetime(theirs, usegmt=True), now)


@pytest.mark.parametrize("seconds", [-290, -61.9, 63, 4000])
def test_discord_alone_is_believed_the_second_time(seconds: float) -> None:
    skew, told = ClockSkew(), list[bool]()
    skew.on_change.append(lambda: told.append(skew.is_off))
    say(skew, DISCORD, seconds)
    assert not skew.is_off

    say(skew, DISCORD, seconds, minutes=1)
    say(skew, DISCORD, seconds, minutes=2)

    assert (skew.is_off, told) == (True, [True])
    assert skew.seconds == pytest.approx(seconds, abs=1)


def test_one_wrong_date_is_no_news() -> None:
    skew = ClockSkew()
    for minutes, seconds in enumerate([0, 3000, 0, 3000, 0]):
        say(skew, DISCORD, seconds, minutes=minutes)

    assert not skew.is_off


def test_receivers_count_where_discord_is_silent_and_three_agree() -> None:
    skew = ClockSkew()
    for minutes in (0, 1, 2):
        say(skew, "a.example", 200, minutes=minutes)
        say(skew, "b.example", 200, minutes=minutes)
    assert (skew.seconds, skew.is_off) == (None, False)

    say(skew, "c.example", 9_000, minutes=3)
    say(skew, "a.example", 200, minutes=4)

    assert skew.is_off
    assert skew.seconds == pytest.approx(200, abs=1)


def test_discord_is_right_where_receivers_are_wrong() -> None:
    skew = ClockSkew()
    for minutes in range(5):
        say(skew, DISCORD, 0, minutes=minutes)
        for host in ("a.example", "b.example", "c.example"):
            say(skew, host, 400, minutes=minutes)

    assert not skew.is_off


def test_one_finding_is_a_doubt_until_the_next() -> None:
    skew, doubted = ClockSkew(), list[bool]()
    for minutes, seconds in enumerate([0, 300, 0, 300, 300, 0, 0]):
        say(skew, DISCORD, seconds, minutes=minutes)
        doubted.append(skew.is_doubted)

    assert doubted == [False, True, False, True, True, True, False]


def test_what_others_say_confirms_no_word_of_discord_s() -> None:
    skew = ClockSkew()
    say(skew, DISCORD, 300)
    say(skew, "a.example", 0)

    assert (skew.is_off, skew.is_doubted) == (False, True)


def test_a_clock_that_was_set_is_doubted_until_somebody_says_what_it_is() -> None:
    skew = ClockSkew()
    say(skew, DISCORD, 0)
    skew.clock_set(3600)
    assert skew.is_doubted
    say(skew, "a.example", 0, minutes=1)
    assert skew.is_doubted
    say(skew, DISCORD, 0, minutes=2)
    assert not skew.is_doubted


def test_nobody_who_says_so_doubts_a_clock_for_ever() -> None:
    skew = ClockSkew()
    skew.clock_set(3600)
    for minutes in range(12):
        say(skew, "a.example", 300, minutes=minutes)

    assert not skew.is_doubted


def test_it_is_right_again() -> None:
    skew, told = ClockSkew(), list[bool]()
    skew.on_change.append(lambda: told.append(skew.is_off))
    for minutes, seconds in enumerate([200, 200, 45, 45, 2, 2, 2]):
        say(skew, DISCORD, seconds, minutes=minutes)

    assert told == [True, False]


def test_a_clock_that_was_set_is_judged_anew() -> None:
    skew = ClockSkew()
    for host in ("a.example", "b.example", "c.example"):
        say(skew, host, 0)
    skew.clock_set(300)
    say(skew, "a.example", 300, minutes=5)
    say(skew, "b.example", 300, minutes=5)
    assert not skew.is_off

    say(skew, "c.example", 300, minutes=5)
    say(skew, "a.example", 300, minutes=6)

    assert skew.is_off


@pytest.mark.parametrize("date", [None, "", "soon", "\xff", "Mon, 99 Foo 2026 99:99:99 GMT"])
def test_what_is_no_date_is_not_heard(date: str | None) -> None:
    skew = ClockSkew()
    for minutes in range(3):
        skew.heard(DISCORD, date, NOW + timedelta(minutes=minutes))

    assert (skew.seconds, skew.is_off) == (None, False)


def test_the_same_second_again_is_no_news() -> None:
    skew = ClockSkew()
    date, next_second = "Sun, 24 May 2026 11:32:18 GMT", "Sun, 24 May 2026 11:32:19 GMT"
    assert skew.is_news(DISCORD, date)
    skew.heard(DISCORD, date, NOW)

    assert not skew.is_news(DISCORD, date)
    assert skew.is_news(DISCORD, next_second)
    assert skew.is_news("a.example", date)

    skew.clock_set(3600)
    assert skew.is_news(DISCORD, date)
