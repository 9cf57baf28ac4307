"""Drawings of incidents with the longest that they can hold: Discord takes all of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from bot.client import layout, limits
from bot.controls import Post, Tone
from bot.features.incidents.drawings import IncidentFacts, log_post, shadow_over, why_post
from bot.features.incidents.messages import SHOWN
from bot.features.incidents.model import Incident, MeasureRecord, MeasureState, why_of
from bot.features.incidents.service import LABEL, TITLE
from bot.features.incidents.undo import FAILURE_LIMIT
from bot.incident import Why
from bot.storage.row_pages import PAGE, RowPage
from cogs.incidents import views

NOW = datetime(2026, 5, 24, tzinfo=UTC)
LONGEST = 999_999_999_999_999_999  # of a group of an id
WHY = Why("*" * 4000, (("W" * 500, "*" * 500),) * 50, ("W" * 500,) * 50)
INCIDENT = Incident(
    *(LONGEST, LONGEST, "f" * 40, "W" * TITLE, WHY, LONGEST, LONGEST, LONGEST),
    is_shadow=False,
    tone=Tone.BAD,
    measures=2_147_483_647,
    created_at=NOW,
    undone_by_id=LONGEST,
    undone_at=NOW,
)
NO_DATA = dict[str, str]()
MEASURE = MeasureRecord(
    *(LONGEST, LONGEST, LONGEST, "case", LONGEST, "W" * LABEL, NO_DATA),
    state=MeasureState.KEPT,
    failure="W" * FAILURE_LIMIT,
)
COUNTS = {(state, True): 2_147_483_647 for state in MeasureState}


def drawn(incident: Incident) -> Post:
    facts = IncidentFacts(incident, "T" * 60, (MEASURE,) * SHOWN, COUNTS)
    return log_post(facts, is_chosen=False, is_instead=True)


DRAWN: dict[str, Callable[[], Post]] = {
    "undone": partial(drawn, INCIDENT),
    "to be undone": partial(drawn, replace(INCIDENT, undone_by_id=None, undone_at=None)),
    "in shadow": partial(drawn, replace(INCIDENT, is_shadow=True)),
    "why": partial(why_post, INCIDENT, "T" * 60),
    "over": partial(shadow_over, "T" * 60, NOW),
    "list": lambda: views.listed(RowPage((INCIDENT,) * PAGE, LONGEST, LONGEST, LONGEST), {}),
    "measures": lambda: views.measured(
        RowPage((MEASURE,) * PAGE, LONGEST, LONGEST, LONGEST), LONGEST
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_the_longest_values_fit(name: str) -> None:
    view = layout.sent(DRAWN[name]())["view"]
    assert view.content_length() <= limits.TEXTS
    assert view.total_children_count <= limits.COMPONENTS


def test_what_must_be_seen_is_seen_however_much_was_done() -> None:
    """The reader sees that it was undone, and the number, whatever else gives way."""
    view = layout.sent(drawn(INCIDENT))["view"]
    shown = repr(view.to_components())
    assert "Undone for" in shown
    assert f"Incident {LONGEST}" in shown


def test_nothing_to_undo_has_no_undo() -> None:
    fresh = replace(INCIDENT, undone_by_id=None, undone_at=None, measures=1)
    facts = IncidentFacts(fresh, "Automod", (MEASURE,), {(MeasureState.DONE, False): 1})
    assert [one.label for one in log_post(facts).buttons] == ["Why?"]
    facts = replace(facts, counts={(MeasureState.DONE, True): 1})
    assert [one.label for one in log_post(facts).buttons] == ["Undo", "Why?"]


def test_reasons_are_read_as_they_were_stored() -> None:
    stored = {"rule": "r", "counters": [["a", "1 of 2"]], "spared": ["role x"]}
    assert why_of(stored) == Why("r", (("a", "1 of 2"),), ("role x",))
