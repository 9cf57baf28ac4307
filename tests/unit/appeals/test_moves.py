"""How an appeal moves on, and what the person with the link reads: every case of both."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bot.features.appeals.links import rules_of
from bot.features.appeals.model import (
    Action,
    Appeal,
    AppealState,
    PageState,
    after,
)
from bot.features.appeals.rules import (
    Asker,
    Rules,
    lasts_until,
    may_try_again_at,
    page_state,
)
from bot.features.appeals.settings import AppealsSettings

NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = Rules(is_on=True, attempts=3, wait=30 * DAY)
OPEN = Appeal(
    id=1,
    guild_id=2,
    case_id=3,
    case_number=4,
    case_type="ban",
    user_id=5,
    username="otter",
    attempt=1,
    message="Please",
    state=AppealState.OPEN,
    created_at=NOW - 40 * DAY,
)
DENIED = replace(OPEN, state=AppealState.DENIED, decided_at=NOW - DAY)

MOVES: dict[tuple[AppealState | None, Action], AppealState] = {
    (None, Action.SUBMIT): AppealState.OPEN,
    (AppealState.DENIED, Action.SUBMIT): AppealState.OPEN,
    (AppealState.OPEN, Action.APPROVE): AppealState.APPROVING,
    (AppealState.OPEN, Action.DENY): AppealState.DENIED,
    (AppealState.OPEN, Action.CLOSE): AppealState.CLOSED,
    (AppealState.APPROVING, Action.LIFT): AppealState.APPROVED,
    (AppealState.APPROVING, Action.REFUSE): AppealState.OPEN,
}


@pytest.mark.parametrize(("state", "action"), list(product([None, *AppealState], Action)), ids=str)
def test_each_action_in_each_state(state: AppealState | None, action: Action) -> None:
    assert after(state, action) is MOVES.get((state, action))


def test_what_is_decided_stays_decided() -> None:
    for state in (AppealState.APPROVED, AppealState.CLOSED):
        assert [after(state, action) for action in Action] == [None] * len(Action)


@pytest.mark.parametrize(
    ("appeals", "stands", "rules", "state"),
    [
        ([], True, RULES, PageState.MAY_APPEAL),
        ([], False, RULES, PageState.ENDED),
        ([], True, replace(RULES, is_on=False), PageState.SWITCHED_OFF),
        ([], False, replace(RULES, is_on=False), PageState.ENDED),
        ([OPEN], True, RULES, PageState.OPEN),
        ([OPEN], False, replace(RULES, is_on=False), PageState.OPEN),
        ([replace(OPEN, state=AppealState.APPROVING)], True, RULES, PageState.OPEN),
        ([replace(OPEN, state=AppealState.APPROVED)], False, RULES, PageState.APPROVED),
        ([replace(OPEN, state=AppealState.CLOSED)], False, RULES, PageState.CLOSED),
        ([DENIED], True, RULES, PageState.TOO_SOON),
        ([DENIED], False, RULES, PageState.ENDED),
        ([DENIED], True, replace(RULES, is_on=False), PageState.DENIED),
        ([DENIED], True, replace(RULES, wait=DAY), PageState.MAY_APPEAL),
        ([DENIED], True, replace(RULES, wait=timedelta(0)), PageState.MAY_APPEAL),
        ([DENIED], True, replace(RULES, attempts=1), PageState.USED_UP),
        ([DENIED] * 2, True, replace(RULES, wait=DAY), PageState.MAY_APPEAL),
        ([DENIED] * 3, True, replace(RULES, wait=DAY), PageState.USED_UP),
        ([DENIED, OPEN], True, RULES, PageState.OPEN),
    ],
)
def test_what_the_page_says(
    appeals: list[Appeal], rules: Rules, state: PageState, *, stands: bool
) -> None:
    assert page_state(appeals, rules, NOW, asker=Asker(stands, NOW)) is state


LATER, BLOCKED = Asker(True, NOW + DAY), Asker(True, NOW, PageState.BLOCKED)
FINAL = Asker(True, NOW + DAY, PageState.FINAL)


@pytest.mark.parametrize(
    ("appeals", "asker", "state"),
    [
        ([], LATER, PageState.NOT_YET),
        ([], Asker(True, NOW), PageState.MAY_APPEAL),
        ([], Asker(False, NOW + DAY), PageState.ENDED),
        ([], BLOCKED, PageState.BLOCKED),
        ([], FINAL, PageState.FINAL),
        ([], Asker(False, NOW, PageState.FINAL), PageState.ENDED),
        ([OPEN], BLOCKED, PageState.OPEN),
        ([OPEN], FINAL, PageState.OPEN),
        ([DENIED], LATER, PageState.MAY_APPEAL),
        ([DENIED], BLOCKED, PageState.USED_UP),
        ([DENIED], FINAL, PageState.USED_UP),
        ([replace(OPEN, state=AppealState.APPROVED)], BLOCKED, PageState.APPROVED),
    ],
)
def test_what_the_staff_and_the_first_wait_say(
    appeals: list[Appeal], asker: Asker, state: PageState
) -> None:
    assert page_state(appeals, replace(RULES, wait=DAY), NOW, asker=asker) is state


def test_a_link_outlives_the_wait_before_the_first_attempt() -> None:
    waiting = replace(RULES, first_wait=40 * DAY)
    assert lasts_until(NOW + DAY, None, waiting, NOW + 40 * DAY) == NOW + 70 * DAY
    assert lasts_until(NOW + 90 * DAY, None, waiting, NOW + 40 * DAY) == NOW + 90 * DAY


def test_the_wait_begins_with_the_decision() -> None:
    assert may_try_again_at(DENIED, RULES) == NOW + 29 * DAY


def test_a_link_outlives_its_time_for_whoever_used_it() -> None:
    signed = NOW + DAY
    assert lasts_until(signed, None, RULES, NOW) == signed
    assert lasts_until(signed, DENIED, RULES, NOW) == NOW + 59 * DAY
    assert lasts_until(signed, OPEN, RULES, NOW) == NOW + 20 * DAY
    assert lasts_until(NOW + 90 * DAY, DENIED, RULES, NOW) == NOW + 90 * DAY


def test_appeals_are_off_until_somebody_chooses_them_and_a_channel() -> None:
    settings = AppealsSettings()
    assert not rules_of(settings).is_on
    assert not rules_of(settings.changed("enabled", value=True)).is_on
    assert not rules_of(settings.changed("channel_id", 7)).is_on
    assert rules_of(settings.changed("enabled", value=True).changed("channel_id", 7)).is_on
    assert (rules_of(settings).attempts, rules_of(settings).wait) == (3, 30 * DAY)
    assert timedelta(days=settings.link_days) == 30 * DAY
