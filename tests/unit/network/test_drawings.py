"""Drawings of the network with the longest that they can hold: Discord takes all of them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.client import layout, limits
from bot.controls import Post
from bot.features.network import drawings
from bot.features.network.appeal_model import STATEMENT_LIMIT, Objection, ObjectionState
from bot.features.network.hit_model import HitState, MemberHit
from bot.features.network.model import (
    EVIDENCE_LIMIT,
    REASON_LIMIT,
    Assessment,
    Report,
    ReporterRecord,
    ReportState,
)
from bot.features.network.reports import NetworkStanding
from bot.storage.row_pages import PAGE, RowPage
from cogs.network import views

NOW = datetime(2026, 5, 24, tzinfo=UTC)
LONGEST = 999_999_999_999_999_999  # of a group of an id
COUNT = 2_147_483_647
URL = f"https://herald.example/network/{'x' * 256}"
REPORT = Report(
    id=LONGEST,
    guild_id=4242,
    user_id=LONGEST,
    username="*" * 32,
    reporter_id=5353,
    reporter_name="6464",
    category="hacked_account",
    severity="critical",
    evidence="*" * EVIDENCE_LIMIT,
    file_name="proof.png",
    barred_ids=(7575,),
    state=ReportState.OPEN,
    created_at=NOW,
)
DECIDED = replace(
    REPORT,
    state=ReportState.VOID,
    decided_at=NOW,
    decided_by_id=LONGEST,
    decided_by_name="*" * 32,
    reason="*" * REASON_LIMIT,
)
OPEN = Objection(
    id=LONGEST,
    user_id=LONGEST,
    username="*" * 32,
    message="*" * STATEMENT_LIMIT,
    report_ids=tuple(range(LONGEST - 40, LONGEST)),
    state=ObjectionState.OPEN,
    created_at=NOW,
)
DENIED = replace(
    OPEN, state=ObjectionState.DENIED, decided_by_id=LONGEST, reason="*" * REASON_LIMIT
)
HIT = MemberHit(
    id=LONGEST,
    guild_id=LONGEST,
    user_id=LONGEST,
    reports_key="1,2",
    trust_score=100,
    report_count=COUNT,
    top_category="hacked_account",
    top_severity="critical",
    tier="serious",
    reaction="quarantine",
    state=HitState.ACTING,
    is_void=False,
    void_at=None,
    incident_id=LONGEST,
    created_at=NOW,
)
RECORD = ReporterRecord(COUNT, COUNT)
KNOWN = Assessment((1, 2), 100, "hacked_account", "critical")
STANDING = NetworkStanding(dict.fromkeys(ReportState, COUNT), RECORD, 10, COUNT)
OF_REVIEWERS: dict[str, Callable[[], Post]] = {
    "open card": lambda: drawings.card(REPORT, RECORD, has_file=True),
    "decided card": lambda: drawings.card(DECIDED, RECORD, has_file=True),
    "open appeal": lambda: drawings.objection_card(OPEN, [DECIDED] * 40),
    "denied appeal": lambda: drawings.objection_card(DENIED, []),
}
DRAWN: dict[str, Callable[[], Post]] = {
    **OF_REVIEWERS,
    "outcome": lambda: drawings.outcome(DECIDED),
    "warning": lambda: drawings.warning(HIT, "*" * 100, URL),
    "warning without a page": lambda: drawings.warning(HIT, "*" * 100, None),
    "answer": lambda: drawings.answer(DENIED, URL),
    "one": lambda: views.shown(DECIDED),
    "list": lambda: views.listed(RowPage((DECIDED,) * PAGE, COUNT, COUNT, COUNT)),
    "standing": lambda: views.standing(STANDING, is_ready=False),
    "assessed": lambda: views.assessed(LONGEST, KNOWN),
}


@pytest.mark.parametrize("name", DRAWN)
def test_the_longest_fits(name: str) -> None:
    post = DRAWN[name]()
    view = layout.sent(post)["view"]
    assert view.content_length() <= limits.TEXTS
    assert view.total_children_count <= limits.COMPONENTS
    assert "](" not in repr(post)


@pytest.mark.parametrize("name", OF_REVIEWERS)
def test_nothing_before_the_reviewers_says_who_reports(name: str) -> None:
    said = repr(OF_REVIEWERS[name]())
    assert not [one for one in ("4242", "5353", "6464", "7575") if one in said]
