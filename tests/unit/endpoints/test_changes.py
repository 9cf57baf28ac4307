"""Which change fits which state."""

from datetime import UTC, datetime

import pytest

from bot.errors import UserError
from bot.features.endpoints.model import (
    DISABLE,
    ENABLE,
    PAUSE,
    RESUME,
    StateChange,
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
