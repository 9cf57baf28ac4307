"""Model of the network: a report, the score that reports make, its tiers, a server's standing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from bot.errors import UserError
from bot.texts import N_, _
from bot.user_text import clean_line, clean_paragraphs

ReportCategory = Literal[
    "scam", "spam", "raid", "harassment", "threats", "impersonation", "hacked_account", "other"
]
ReportSeverity = Literal["low", "medium", "high", "critical"]
Tier = Literal["severe", "serious", "watch"]
TierReaction = Literal["log", "quarantine", "kick", "ban"]
ReviewVerdict = Literal["approved", "refused"]

POINTS: dict[ReportSeverity, int] = {"low": 10, "medium": 20, "high": 35, "critical": 50}
"""What a fresh report takes off a person's hundred."""
BOUNDS: dict[Tier, int] = {"severe": 30, "serious": 60, "watch": 100}
"""The highest score of each tier."""
LIFETIME_DAYS = 180
LIFETIME = timedelta(days=LIFETIME_DAYS)
LEAST_GUILDS = 2
DAILY = 10
LIMITED = 2
JUDGED_BY = timedelta(days=90)
EVIDENCE_LIMIT = 1000  # characters
REASON_LIMIT = 400
SUMMARY = "{count} approved reports, most of them for {category}."  # an event knows no language

CATEGORIES: dict[ReportCategory, str] = {
    "scam": N_("Scam"),
    "spam": N_("Spam"),
    "raid": N_("Raid"),
    "harassment": N_("Harassment"),
    "threats": N_("Threats"),
    "impersonation": N_("Impersonation"),
    "hacked_account": N_("Hacked account"),
    "other": N_("Something else"),
}
SEVERITIES: dict[ReportSeverity, str] = {
    "low": N_("Low"),
    "medium": N_("Medium"),
    "high": N_("High"),
    "critical": N_("Critical"),
}
TIERS: dict[Tier, str] = {
    "severe": N_("severe: 0 to 30"),
    "serious": N_("serious: 31 to 60"),
    "watch": N_("watch: 61 to 100"),
}


class ReportState(StrEnum):
    """Where a report stands; it counts while it is approved."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    VOID = "void"  # after an appeal
    EXPIRED = "expired"


LIVE = frozenset({ReportState.OPEN, ReportState.APPROVED})


@dataclass(frozen=True, slots=True)
class Report:
    """What one server says about a person; `barred_ids` are reviewers who help to run it."""

    id: int
    guild_id: int
    user_id: int
    username: str
    reporter_id: int
    reporter_name: str
    category: ReportCategory
    severity: ReportSeverity
    evidence: str
    file_name: str | None
    barred_ids: tuple[int, ...]
    state: ReportState
    created_at: datetime
    decided_at: datetime | None = None
    decided_by_id: int | None = None
    decided_by_name: str | None = None
    reason: str | None = None

    def age(self, now: datetime) -> int:
        """Whole days since it was made, also while the clock is put back."""
        return max((now - self.created_at) // timedelta(days=1), 0)


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the reports of at least two servers come to."""

    report_ids: tuple[int, ...]
    trust_score: int
    top_category: ReportCategory
    top_severity: ReportSeverity

    @property
    def count(self) -> int:
        return len(self.report_ids)

    @property
    def tier(self) -> Tier:
        return tier_of(self.trust_score)

    @property
    def key(self) -> str:
        """What tells one set of reports from another."""
        return ",".join(map(str, self.report_ids))


def trust_score(reports: Iterable[tuple[ReportSeverity, int]]) -> int:
    """The score of a person, from each report's severity and its age in whole days.

    A report takes `POINTS · (180 - age) / 180` off a hundred, nothing from 180 days on; the sum is
    rounded half up, and the score is never below 0. A server has one report about a person at most.
    Source: docs/security.md, and decision record 0027.
    """
    parts = sum(POINTS[severity] * max(LIFETIME_DAYS - age, 0) for severity, age in reports)
    return max(100 - (2 * parts + LIFETIME_DAYS) // (2 * LIFETIME_DAYS), 0)


def tier_of(score: int) -> Tier:
    """The first tier that reaches so high."""
    return next(tier for tier, highest in BOUNDS.items() if score <= highest)


def assess(reports: Sequence[Report], now: datetime) -> Assessment | None:
    """What approved reports about one person come to; None below two servers."""
    live = [
        one for one in reports if one.state is ReportState.APPROVED and one.age(now) < LIFETIME_DAYS
    ]
    if len({one.guild_id for one in live}) < LEAST_GUILDS:
        return None
    return Assessment(
        report_ids=tuple(sorted(one.id for one in live)),
        trust_score=trust_score((one.severity, one.age(now)) for one in live),
        top_category=_top_category(live),
        top_severity=max((one.severity for one in live), key=POINTS.__getitem__),
    )


def _top_category(reports: Sequence[Report]) -> ReportCategory:
    """The most frequent; of several the one with the worst report, then the first of the list."""
    points: dict[ReportCategory, list[int]] = {}
    for one in reports:
        points.setdefault(one.category, []).append(POINTS[one.severity])
    places = list(CATEGORIES)

    def weight(category: ReportCategory) -> tuple[int, int, int]:
        said = points[category]
        return len(said), max(said), -places.index(category)

    return max(points, key=weight)


def summary(assessment: Assessment) -> str:
    """One sentence for the event, which names no server."""
    category = assessment.top_category.replace("_", " ")
    return SUMMARY.format(count=assessment.count, category=category)


@dataclass(frozen=True, slots=True)
class ReporterRecord:
    """How a server's reports of the last 90 days were decided; a void one was refused late."""

    approved: int = 0
    refused: int = 0

    @property
    def daily(self) -> int:
        """How many reports it may make a day: fewer, then none, where most are refused."""
        if self.refused >= 6 and self.refused > 2 * self.approved:
            return 0
        if self.refused >= 3 and self.refused > self.approved:
            return LIMITED
        return DAILY


def clean_evidence(text: str) -> str:
    """The evidence as it is kept; a UserError where nothing, or too much, is left."""
    evidence = clean_paragraphs(text)
    if not evidence:
        raise UserError(_("Say what happened: the reviewers decide by it."))
    if len(evidence) > EVIDENCE_LIMIT:
        raise UserError(_("Use at most {limit} characters.").format(limit=EVIDENCE_LIMIT))
    return evidence


def clean_answer(text: str | None, *, is_needed: bool) -> str | None:
    """A decision's reason as it is kept; a UserError says what does not fit."""
    reason = clean_line(text or "")
    if len(reason) > REASON_LIMIT:
        raise UserError(_("Use at most {limit} characters.").format(limit=REASON_LIMIT))
    if is_needed and not reason:
        raise UserError(_("Say why: it is read by whoever asked."))
    return reason or None
