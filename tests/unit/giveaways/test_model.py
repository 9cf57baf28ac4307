"""The rules of a giveaway: its steps, who may enter, how many entries, when the next begins."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from bot.clock import to_snowflake
from bot.features.giveaways.model import (
    STEPS,
    Candidate,
    Giveaway,
    GiveawayState,
    GiveawayStep,
    Terms,
    Unmet,
    next_start,
    unmet,
    weight,
)

NOW = datetime(2026, 5, 24, 11, 32, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SECOND = timedelta(seconds=1)  # by which Discord's clock is ahead
OLD, NEW = to_snowflake(NOW - 100 * DAY), to_snowflake(NOW - DAY)


def giveaway(**about: Any) -> Giveaway:
    values: dict[str, Any] = {
        "id": 1,
        "guild_id": 2,
        "channel_id": 3,
        "prize": "A signed print",
        "about": "",
        "winner_count": 1,
        "created_by_id": 4,
        "created_by_name": "harbour_master",
        "terms": Terms(),
        "state": GiveawayState.OPEN,
        "created_at": NOW,
        "starts_at": NOW,
        "ends_at": NOW + DAY,
        "lasts": DAY,
        "paused_at": None,
        "every": None,
        "sealed_seed": b"",
        "seed_hash": "5f" * 32,
        "seed": None,
        "failure": None,
        "ended_at": None,
        "forget_at": None,
        **about,
    }
    return Giveaway(**values)


WAYS = {
    ("scheduled", "begin", "open"),
    ("open", "pause", "paused"),
    ("paused", "resume", "open"),
    *((state, "close", "drawing") for state in ("open", "paused")),
    ("drawing", "draw", "drawn"),
    ("drawn", "announce", "announced"),
    *((state, "reroll", "drawn") for state in ("drawn", "announced")),
    *((state, "cancel", "cancelled") for state in ("scheduled", "open", "paused", "drawing")),
}


def test_there_are_these_ways_and_no_others() -> None:
    found = {
        (state.value, step.value, STEPS[step][1].value)
        for state, step in product(GiveawayState, GiveawayStep)
        if giveaway(state=state).may(step)
    }
    assert found == WAYS


def test_its_time_is_over_at_the_moment_and_not_when_it_is_noticed() -> None:
    one = giveaway()
    assert one.takes_entries(NOW + DAY - timedelta(milliseconds=1))
    assert not one.takes_entries(NOW + DAY)
    assert not giveaway(state=GiveawayState.PAUSED).takes_entries(NOW)


@pytest.mark.parametrize(
    ("terms", "person", "missing"),
    [
        (Terms(), Candidate(NEW, frozenset(), None), []),
        (Terms(), Candidate(to_snowflake(NOW + SECOND), frozenset(), NOW + SECOND), []),
        (Terms((10, 11)), Candidate(OLD, frozenset({10}), NOW), [Unmet.ROLES]),
        (Terms((10, 11)), Candidate(OLD, frozenset({10, 11, 12}), NOW), []),
        (Terms(min_level=5), Candidate(OLD, frozenset(), NOW, 4), [Unmet.LEVEL]),
        (Terms(min_level=5), Candidate(OLD, frozenset(), NOW, 5), []),
        (Terms(min_account_days=2), Candidate(NEW, frozenset(), NOW), [Unmet.ACCOUNT]),
        (Terms(min_account_days=1), Candidate(NEW, frozenset(), NOW), []),
        (Terms(min_member_days=3), Candidate(OLD, frozenset(), NOW - 2 * DAY), [Unmet.MEMBERSHIP]),
        (Terms(min_member_days=3), Candidate(OLD, frozenset(), None), [Unmet.MEMBERSHIP]),
        (Terms(min_member_days=3), Candidate(OLD, frozenset(), NOW - 3 * DAY), []),
        (
            Terms((10,), 5, 2, 3),
            Candidate(NEW, frozenset(), NOW),
            [Unmet.ROLES, Unmet.LEVEL, Unmet.ACCOUNT, Unmet.MEMBERSHIP],
        ),
    ],
)
def test_everything_that_is_missing_is_found(
    terms: Terms, person: Candidate, missing: list[Unmet]
) -> None:
    assert unmet(terms, person, NOW) == missing
    assert Terms.read(terms.document()) == terms


def test_each_role_brings_its_entries() -> None:
    terms = Terms(bonus={10: 2, 11: 5})
    assert [weight(terms, frozenset(held)) for held in ((), (10,), (10, 11, 12))] == [1, 3, 8]
    assert Terms.read(terms.document()) == terms


@pytest.mark.parametrize(
    ("every", "lasts", "drawn_after", "starts_after"),
    [
        (7 * DAY, DAY, DAY, 7 * DAY),
        (DAY, DAY, DAY + timedelta(seconds=5), DAY),  # one after the other
        (DAY, DAY, DAY + 11 * HOUR, DAY),  # half of its time is left
        (DAY, DAY, DAY + 13 * HOUR, 2 * DAY),  # and here it is not
        (7 * DAY, DAY, HOUR, 7 * DAY),  # ended early
        (7 * DAY, DAY, 30 * DAY, 35 * DAY),  # weeks away: those missed are passed over
    ],
)
def test_the_next_of_a_series_keeps_its_times(
    every: timedelta, lasts: timedelta, drawn_after: timedelta, starts_after: timedelta
) -> None:
    one = giveaway(every=every, lasts=lasts, ends_at=NOW + lasts)
    assert next_start(one, NOW + drawn_after) == NOW + starts_after


def test_without_a_series_there_is_no_next() -> None:
    assert next_start(giveaway(), NOW + DAY) is None
