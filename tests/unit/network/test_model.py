"""The score as the page documents it, recomputed from its table; tiers, sets and daily numbers."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.network.model import (
    LIFETIME_DAYS,
    POINTS,
    Report,
    ReportCategory,
    ReporterRecord,
    ReportSeverity,
    ReportState,
    assess,
    summary,
    tier_of,
    trust_score,
)

NOW = datetime(2026, 5, 24, 12, tzinfo=UTC)
PAGE = Path(__file__).parents[3] / "docs" / "network.md"
EXAMPLE = re.compile(
    r"^\| (?P<said>[^|]+) \| (?P<sum>[^|]+) \| (?P<score>\d+) \| (?P<tier>\w+) \|$"
)
SAID = re.compile(r"(low|medium|high|critical), (\d+) d")
severities = st.sampled_from(sorted(POINTS))
ages = st.integers(0, 400)


def report(
    number: int,
    *,
    guild_id: int | None = None,
    category: ReportCategory = "scam",
    severity: ReportSeverity = "high",
    days: float = 0,
    state: ReportState = ReportState.APPROVED,
) -> Report:
    return Report(
        id=number,
        guild_id=guild_id or number,
        user_id=5,
        username="otter",
        reporter_id=6,
        reporter_name="pilot",
        category=category,
        severity=severity,
        evidence="It happened.",
        file_name=None,
        barred_ids=(),
        state=state,
        created_at=NOW - timedelta(days=days),
    )


def examples() -> list[re.Match[str]]:
    return [found for line in PAGE.read_text().splitlines() if (found := EXAMPLE.match(line))]


def test_anybody_recomputes_the_table_of_the_page() -> None:
    """By the words of the page alone: `points · (180 - age) / 180`, the sum rounded half up."""
    points = dict(re.findall(r"^\| `(\w+)` \| (\d+) \|$", PAGE.read_text(), re.MULTILINE))
    assert {name: int(value) for name, value in points.items()} == POINTS
    assert len(examples()) >= 6
    for line in examples():
        said = [(severity, int(days)) for severity, days in SAID.findall(line["said"])]
        lost = sum(int(points[severity]) * (180 - days) / 180 for severity, days in said)
        assert max(0, 100 - int(lost + 0.5)) == int(line["score"]), line.string
        reports = [
            report(number, severity=severity, days=days)
            for number, (severity, days) in enumerate(said, 1)
        ]
        found = assess(reports, NOW)
        assert found is not None
        assert (found.trust_score, found.tier) == (int(line["score"]), line["tier"])


@given(st.lists(st.tuples(severities, ages), min_size=1))
def test_a_score_stays_in_its_bounds_and_never_falls_by_age(
    reports: list[tuple[ReportSeverity, int]],
) -> None:
    scores = [trust_score((one, age + days) for one, age in reports) for days in range(0, 181, 30)]
    assert all(0 <= score <= 100 for score in scores)
    assert all(before <= after for before, after in pairwise(scores))
    assert scores[-1] == 100
    assert trust_score([*reports, ("low", 0)]) <= scores[0]


def test_two_servers_are_needed_and_only_what_counts_is_counted() -> None:
    assert assess([report(1)], NOW) is None
    assert assess([report(1), report(2, guild_id=1)], NOW) is None
    for state in ReportState:
        found = assess([report(1), report(2, state=state)], NOW)
        assert (found is not None) == (state is ReportState.APPROVED)
    assert assess([report(1), report(2, days=LIFETIME_DAYS)], NOW) is None
    last = assess([report(1), report(2, days=LIFETIME_DAYS - 0.01)], NOW)
    assert last is not None
    assert last.key == "1,2"


def test_what_most_and_the_worst_say() -> None:
    found = assess(
        [
            report(3, category="spam", severity="critical"),
            report(1, category="hacked_account", severity="low"),
            report(2, category="hacked_account", severity="medium"),
        ],
        NOW,
    )
    assert found is not None
    assert (found.top_category, found.top_severity, found.key) == (
        "hacked_account",
        "critical",
        "1,2,3",
    )
    assert summary(found) == "3 approved reports, most of them for hacked account."
    tied = assess([report(1, category="spam", severity="low"), report(2)], NOW)
    assert tied is not None
    assert tied.top_category == "scam"


@pytest.mark.parametrize(
    ("score", "tier"),
    [
        (0, "severe"),
        (30, "severe"),
        (31, "serious"),
        (60, "serious"),
        (61, "watch"),
        (100, "watch"),
    ],
)
def test_tiers(score: int, tier: str) -> None:
    assert tier_of(score) == tier


@pytest.mark.parametrize(
    ("approved", "refused", "daily"),
    [(0, 0, 10), (0, 2, 10), (0, 3, 2), (3, 3, 10), (2, 3, 2), (3, 6, 2), (2, 6, 0), (0, 6, 0)],
)
def test_whose_reports_are_refused_may_make_fewer(approved: int, refused: int, daily: int) -> None:
    assert ReporterRecord(approved, refused).daily == daily
