"""The ladder's text, and which rung some counts reach."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from bot.features.cases.model import KINDS
from bot.features.cases.settings import (
    ACTIONS,
    DEFAULT_LADDER,
    CasesSettings,
    Rung,
    parse_ladder,
    rung_at,
)

DAY = timedelta(days=1)


def test_the_default_ladder() -> None:
    assert (
        CasesSettings().rungs
        == parse_ladder(DEFAULT_LADDER)
        == (Rung(3, 14 * DAY, "timeout", DAY),)
    )


@pytest.mark.parametrize("text", ["", " ", ";;", "\n"])
def test_no_ladder(text: str) -> None:
    assert parse_ladder(text) == ()


def test_rungs_are_parted_by_semicolons_or_lines() -> None:
    assert parse_ladder("2 in 1d: kick;\n 5 IN 30d:  ban \n3 in 2w: mute") == (
        Rung(2, DAY, "kick", None),
        Rung(5, 30 * DAY, "ban", None),
        Rung(3, 14 * DAY, "mute", None),
    )


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("three in 14d: ban", "no step of a ladder"),
        ("0 in 14d: ban", "no step of a ladder"),
        ("3 in 14d: warn", "no step of a ladder"),
        ("3 in 14d ban", "no step of a ladder"),
        ("3 in 14x: ban", "Write a duration"),
        ("3 in 14d: timeout", "for how long"),
        ("3 in 14d: tempban", "for how long"),
        ("3 in 14d: kick 1h", "has no duration"),
        ("3 in 14d: timeout 29d", "too short or too long"),
        ("3 in 14d: timeout 1s", "too short or too long"),
        ("3 in 1d: ban; 3 in 2d: kick", "once"),
        ("3 in 900000d: kick", "Count warnings over 1 minute to 3650 days"),
        ("3 in 0d: kick", "Count warnings over 1 minute to 3650 days"),
    ],
)
def test_what_is_no_ladder_is_refused(text: str, refusal: str) -> None:
    with pytest.raises(UserError, match=refusal):
        parse_ladder(text)
    with pytest.raises(UserError, match="does not fit Ladder"):
        CasesSettings().changed("ladder", text)


@st.composite
def rungs(draw: st.DrawFn) -> list[tuple[str, Rung]]:
    """Texts of rungs with what they mean."""
    counts = draw(st.lists(st.integers(1, 999), min_size=1, max_size=5, unique=True))
    made: list[tuple[str, Rung]] = []
    for count in counts:
        days, action = draw(st.integers(1, 90)), draw(st.sampled_from(ACTIONS))
        hours = draw(st.integers(1, 600)) if KINDS[action].takes_duration else None
        lasts = None if hours is None else timedelta(hours=hours)
        text = f"{count} in {days}d: {action}" + ("" if hours is None else f" {hours}h")
        made.append((text, Rung(count, days * DAY, action, lasts)))
    return made


@given(rungs(), st.sampled_from(["; ", "\n", " ;\n"]))
def test_every_ladder_that_can_be_written_is_read(
    made: list[tuple[str, Rung]], between: str
) -> None:
    assert parse_ladder(between.join(text for text, _ in made)) == tuple(rung for _, rung in made)


@given(st.text(alphabet="0123456789 in:dhm;\nbankicktemout", max_size=60))
def test_any_text_is_a_ladder_or_a_refusal(text: str) -> None:
    try:
        for rung in parse_ladder(text):
            assert rung.count > 0
    except UserError:
        pass


def test_a_rung_is_reached_by_its_exact_count_alone() -> None:
    ladder = parse_ladder("3 in 14d: kick; 5 in 30d: ban")
    for count in range(10):
        rung = rung_at(ladder, {14 * DAY: count, 30 * DAY: 0})
        assert (rung is not None) is (count == 3)
    both = rung_at(ladder, {14 * DAY: 3, 30 * DAY: 5})
    assert both is not None
    assert both.action == "ban"
