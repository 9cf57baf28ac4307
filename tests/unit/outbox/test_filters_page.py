"""The page about filters: every example works, and every figure is the one in force."""

import re

from bot.catalogue import EVENTS
from bot.features.endpoints.limits import RATES
from bot.outbox.filter_budget import STEPS_LIMIT
from bot.outbox.filters import DEPTH_LIMIT, FUNCTIONS, LENGTH_LIMIT, lets_through, seen
from tools import house

PAGE = (house.ROOT / "docs" / "filters.md").read_text(encoding="utf-8")
WORDS = " ".join(PAGE.split())
EXAMPLES = re.findall(r"```jmespath\n(.*?)\n```", PAGE, re.S)


def test_every_example_lets_some_events_through_and_keeps_out_others() -> None:
    sights = [seen(event.sample(1)) for event in EVENTS]
    assert len(EXAMPLES) == 6
    for expression in EXAMPLES:
        assert {lets_through(expression, sight) for sight in sights} == {True, False}, expression


def test_the_figures_are_those_in_force() -> None:
    for figure in (
        f"at most {LENGTH_LIMIT} characters",
        f"more than {DEPTH_LIMIT} parts",
        f"{STEPS_LIMIT} steps",
        f"from {RATES[0]} to {RATES[-1]}",
    ):
        assert figure in WORDS
    (listed,) = re.findall(r"Its functions are (.*?)\.", WORDS)
    assert tuple(re.findall(r"`(\w+)`", listed)) == FUNCTIONS
