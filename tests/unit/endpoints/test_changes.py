"""Which change fits which state, and how far back `since` reaches."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import UserError
from bot.features.endpoints.model import (
    DISABLE,
    ENABLE,
    PAUSE,
    RESUME,
    StateChange,
    parse_since,
    refuse_misfit,
    refuse_test,
)
from bot.outbox.tables import EndpointState

NOW = datetime(2026, 5, 24, 11, 32, 18, tzinfo=UTC)
OFF = "“x” is switched off; use /webhook enable."
AUTO_OFF = "“x” was switched off after too many failures; use /webhook enable."

MISFITS: dict[tuple[str, str], str] = {
    ("paused", "paused"): "“x” is paused already.",
    ("paused", "disabled"): OFF,
    ("paused", "auto_disabled"): AUTO_OFF,
    ("resumed", "active"): "“x” is not paused: it receives events already.",
    ("resumed", "disabled"): OFF,
    ("resumed", "auto_disabled"): AUTO_OFF,
    ("disabled", "disabled"): "“x” is switched off already.",
    ("disabled", "auto_disabled"): "“x” was switched off already, after too many failures.",
    ("enabled", "active"): "“x” is switched on already.",
    ("enabled", "paused"): "“x” is paused; use /webhook resume.",
}


@pytest.mark.parametrize("change", [PAUSE, RESUME, DISABLE, ENABLE], ids=lambda change: change.done)
@pytest.mark.parametrize("state", EndpointState)
def test_a_change_fits_or_is_refused_with_its_own_sentence(
    change: StateChange, state: EndpointState
) -> None:
    sentence = MISFITS.get((change.done, state))
    if sentence is None:
        refuse_misfit(change, "x", state)
        return
    with pytest.raises(UserError) as refused:
        refuse_misfit(change, "x", state)
    assert str(refused.value) == sentence


def test_where_each_change_leads() -> None:
    assert [(change.done, change.ends) for change in (PAUSE, RESUME, DISABLE, ENABLE)] == [
        ("paused", "paused"),
        ("resumed", "active"),
        ("disabled", "disabled"),
        ("enabled", "active"),
    ]
    assert [change.clears_failures for change in (PAUSE, RESUME, DISABLE, ENABLE)] == [
        False,
        False,
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("active", None), ("paused", None), ("disabled", OFF), ("auto_disabled", AUTO_OFF)],
)
def test_a_test_needs_an_endpoint_that_queues(state: str, sentence: str | None) -> None:
    if sentence is None:
        refuse_test("x", state)
        return
    with pytest.raises(UserError) as refused:
        refuse_test("x", state)
    assert str(refused.value) == sentence


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
    ],
)
def test_a_past_moment_is_read(typed: str, moment: datetime) -> None:
    assert parse_since(typed, NOW) == moment


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
    ],
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(
        UserError, match=r"^Write how long ago, such as 2h or 1d12h, or a time such"
    ):
        parse_since(typed, NOW)


@pytest.mark.parametrize("typed", ["2026-05-24 11:33", "2999-01-01", "<t:99999999999>"])
def test_the_future_is_refused(typed: str) -> None:
    with pytest.raises(UserError, match=r"^That time is still to come: name a past one\.$"):
        parse_since(typed, NOW)
