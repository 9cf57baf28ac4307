"""Model of an appeal: what it is, how it moves on, and who may write one when: pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from bot.catalogue.cases import CaseType
from bot.errors import UserError
from bot.texts import _
from bot.user_text import clean_line, clean_paragraphs

MESSAGE_LIMIT = 2000  # characters
REASON_LIMIT = 400
APPEALABLE: frozenset[CaseType] = frozenset({"ban", "tempban", "timeout", "mute"})
"""The kinds of cases that can be appealed; a quarantine is a mute."""

BANS = frozenset({"ban", "tempban"})

Decision = Literal["approved", "denied"]


class CannotAppeal(UserError):
    """There is nothing to send now: the page's state says why, and this in words."""


class BadMessage(UserError):
    """What was typed does not do: empty, or too long; `place` is the answer's, from 0."""

    def __init__(self, text: str, place: int | None = 0) -> None:
        super().__init__(text)
        self.place = place


class AppealState(StrEnum):
    """Where an appeal stands; `approving` while Discord lifts the punishment."""

    OPEN = "open"
    APPROVING = "approving"
    APPROVED = "approved"
    DENIED = "denied"
    CLOSED = "closed"  # the punishment ended before anybody decided


class Action(StrEnum):
    """What moves an appeal on."""

    SUBMIT = "submit"
    APPROVE = "approve"
    LIFT = "lift"  # Discord did it, or there was nothing to lift any more
    REFUSE = "refuse"  # Discord would not
    DENY = "deny"
    CLOSE = "close"


_MOVES: dict[tuple[AppealState | None, Action], AppealState] = {
    (None, Action.SUBMIT): AppealState.OPEN,
    (AppealState.DENIED, Action.SUBMIT): AppealState.OPEN,  # the next attempt, in a row of its own
    (AppealState.OPEN, Action.APPROVE): AppealState.APPROVING,
    (AppealState.APPROVING, Action.LIFT): AppealState.APPROVED,
    (AppealState.APPROVING, Action.REFUSE): AppealState.OPEN,
    (AppealState.OPEN, Action.DENY): AppealState.DENIED,
    (AppealState.OPEN, Action.CLOSE): AppealState.CLOSED,
}


def after(state: AppealState | None, action: Action) -> AppealState | None:
    """The state that follows; None where that cannot be done from there.

    `state` is that of the case's newest appeal, None without one. The portal, the buttons and the
    sweep all go by this.
    """
    return _MOVES.get((state, action))


@dataclass(frozen=True, slots=True)
class Appeal:
    """One attempt to have a case lifted; `attempt` counts from 1 for each case.

    `decided_at` is also when it was closed; `failure` is why Discord refused the last approval, or
    the invite that was to come with it.
    """

    id: int
    guild_id: int
    case_id: int
    case_number: int
    case_type: str
    user_id: int
    username: str
    attempt: int
    message: str
    state: AppealState
    created_at: datetime
    decided_at: datetime | None = None
    decided_by_id: int | None = None
    decided_by_name: str | None = None
    reason: str | None = None
    punishment_lifted: bool = False
    failure: str | None = None
    invite_owed: bool = False
    invite_url: str | None = None
    invite_ends_at: datetime | None = None


class PageState(StrEnum):
    """What the person with the link reads first."""

    MAY_APPEAL = "may_appeal"  # for the first time, or again
    OPEN = "open"
    APPROVED = "approved"
    DENIED = "denied"  # and appeals are switched off by now
    CLOSED = "closed"
    TOO_SOON = "too_soon"  # denied; again from `until` on
    USED_UP = "used_up"  # denied for the last time
    NOT_YET = "not_yet"  # for the first time from `until` on
    FINAL = "final"  # the staff have decided so of this case
    BLOCKED = "blocked"  # or of this person
    ENDED = "ended"
    SWITCHED_OFF = "switched_off"


@dataclass(frozen=True, slots=True)
class AppealPage:
    """All that the person with the link sees.

    `number`, `type`, `reason` and the times are the case's. `until` is set in the states `too_soon`
    and `not_yet` alone, `invite_url` while the invite works; `attempts_left` counts those after the
    `newest` appeal. Without `questions` one message is asked for.
    """

    state: PageState
    guild_id: int
    guild_name: str
    icon_url: str | None
    number: int
    type: str
    reason: str | None
    created_at: datetime
    expires_at: datetime | None
    attempts_left: int
    link_expires_at: datetime
    until: datetime | None = None
    newest: Appeal | None = None
    questions: tuple[str, ...] = ()
    invite_url: str | None = None

    @property
    def message(self) -> str | None:
        """What they wrote last."""
        return None if self.newest is None else self.newest.message

    @property
    def is_decided(self) -> bool:
        """Whether the staff have answered; what they answer is kept from the page until then."""
        return self.newest is not None and self.newest.state in (
            AppealState.APPROVED,
            AppealState.DENIED,
        )

    @property
    def decision_reason(self) -> str | None:
        """Why; None where they gave no reason."""
        return self.newest.reason if self.newest and self.is_decided else None

    @property
    def punishment_lifted(self) -> bool:
        """Whether an approval found something to lift."""
        return self.newest is not None and self.newest.punishment_lifted


def clean_message(text: str) -> str:
    """The message as it is kept; BadMessage says what does not fit."""
    message = clean_paragraphs(text)
    if not message:
        raise BadMessage(_("Write why the decision should be lifted."))
    if len(message) > MESSAGE_LIMIT:
        words = _("Use at most {limit} characters; these are {count}.")
        raise BadMessage(words.format(limit=MESSAGE_LIMIT, count=len(message)))
    return message


def clean_reason(decision: Decision, text: str | None) -> str | None:
    """The decision's reason as it is kept; a UserError says what does not fit."""
    reason = clean_line(text or "")
    if len(reason) > REASON_LIMIT:
        raise UserError(_("Use at most {limit} characters.").format(limit=REASON_LIMIT))
    if decision == "denied" and not reason:
        raise UserError(_("Say why the appeal is denied: the person reads it."))
    return reason or None
