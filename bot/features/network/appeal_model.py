"""Appeal to the network: what a person says about the reports, and what their page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.errors import UserError
from bot.features.network.model import Assessment, ReportCategory, ReportSeverity
from bot.texts import _
from bot.user_text import clean_paragraphs

STATEMENT_LIMIT = 2000  # characters
LINK_LASTS = timedelta(days=30)
WAIT = timedelta(days=30)  # after a denial, unless there are other reports


class CannotObject(UserError):
    """There is nothing to appeal now; the page's state says why."""


class BadStatement(UserError):
    """What was typed does not do: empty, or too long."""


class ObjectionState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    APPROVED = "approved"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Objection:
    """A person's appeal against the reports of `report_ids`."""

    id: int
    user_id: int
    username: str
    message: str
    report_ids: tuple[int, ...]
    state: ObjectionState
    created_at: datetime
    decided_at: datetime | None = None
    decided_by_id: int | None = None
    decided_by_name: str | None = None
    reason: str | None = None


class ObjectionPageState(StrEnum):
    """What the person reads first."""

    MAY_APPEAL = "may_appeal"
    OPEN = "open"
    APPROVED = "approved"
    TOO_SOON = "too_soon"
    NOTHING = "nothing"
    NOBODY = "nobody"  # no reviewers are named any more


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report as the person it is about sees it: nothing says which server made it."""

    category: ReportCategory
    severity: ReportSeverity
    age: int


@dataclass(frozen=True, slots=True)
class ObjectionPage:
    """All that the person with the link sees."""

    state: ObjectionPageState
    lines: Sequence[ReportLine]
    assessment: Assessment | None
    newest: Objection | None
    link_expires_at: datetime
    until: datetime | None = None


def objection_state(
    assessment: Assessment | None, newest: Objection | None, now: datetime, *, is_reviewed: bool
) -> ObjectionPageState:
    """Where things stand for the person."""
    if newest is not None and newest.state is ObjectionState.OPEN:
        return ObjectionPageState.OPEN
    if assessment is None:
        was_approved = newest is not None and newest.state is ObjectionState.APPROVED
        return ObjectionPageState.APPROVED if was_approved else ObjectionPageState.NOTHING
    if not is_reviewed:
        return ObjectionPageState.NOBODY
    until = may_again_at(assessment, newest)
    is_early = until is not None and now < until
    return ObjectionPageState.TOO_SOON if is_early else ObjectionPageState.MAY_APPEAL


def may_again_at(assessment: Assessment, newest: Objection | None) -> datetime | None:
    """From when on the same reports can be appealed again; None where that was not denied."""
    if newest is None or newest.state is not ObjectionState.DENIED or newest.decided_at is None:
        return None
    is_same = set(assessment.report_ids) <= set(newest.report_ids)
    return newest.decided_at + WAIT if is_same else None


def clean_statement(text: str) -> str:
    """The message as it is kept; BadStatement says what does not fit."""
    message = clean_paragraphs(text)
    if not message:
        raise BadStatement(_("Write why the reports are wrong."))
    if len(message) > STATEMENT_LIMIT:
        words = _("Use at most {limit} characters; these are {count}.")
        raise BadStatement(words.format(limit=STATEMENT_LIMIT, count=len(message)))
    return message
