"""Model of a case: its kinds, its states, and what each kind asks of the people in it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from bot.catalogue.cases import CaseSource, CaseType
from bot.durations import in_words
from bot.errors import UserError
from bot.sanctions import OwnReason
from bot.snapshots import CaseSeen, case_mark
from bot.texts import N_, _
from bot.user_text import clean_line, clip

REASON_LIMIT = 400  # characters; Discord's audit log takes 512, and the case's number goes before
NOTE_LIMIT = 1000
LONGEST_TIMEOUT = timedelta(days=28)
MARGIN = timedelta(minutes=1)  # by which Discord's clock may be behind this one
SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=3650)
MOST_DELETED = timedelta(days=7)  # of what somebody wrote, with a ban

FAMILIES: tuple[frozenset[CaseType], ...] = (
    frozenset({"ban", "tempban", "softban", "unban"}),
    frozenset({"timeout", "untimeout"}),
    frozenset({"mute", "unmute"}),
    frozenset({"kick"}),
)
"""Acts upon the same thing: of two moderators at once one does it, the other is told so."""


class CaseState(StrEnum):
    """Where a case stands; one that is pending or void was never told of."""

    PENDING = "pending"
    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    VOID = "void"


class CaseEdit(BaseModel):
    """What a case is to become once Discord has done its part of the change."""

    model_config = ConfigDict(frozen=True)

    by_id: int
    reason: str | None
    ends_at: datetime | None


class Details(BaseModel):
    """What only some cases have.

    `is_final` is one that cannot be appealed.
    `gives` and `takes` are the roles of a mute or its end, `restores` what the end of a quarantine
    gives back, `names` those of roles that may be deleted by then. `was_banned` and `ban_reason`
    are how it was before the case. `visit` is when the person had joined to whom the roles were
    given: who joined anew has lost them by leaving. Of a silent one the person is not told. `batch`
    is the number of the first case of a mass ban, which marks the ban of all. A reason of the bot's
    own is `told` in English, and `said` as people read it until somebody gives another.
    """

    model_config = ConfigDict(frozen=True)

    is_bot: bool = False
    is_final: bool = False
    was_banned: bool = False
    ban_reason: str | None = None
    is_quarantine: bool = False
    gives: tuple[int, ...] = ()
    takes: tuple[int, ...] = ()
    restores: tuple[int, ...] = ()
    names: dict[int, str] = {}
    is_silent: bool = False
    batch: int | None = None
    told: str | None = None
    said: str | None = None
    visit: datetime | None = None
    edit: CaseEdit | None = None

    @property
    def lost(self) -> tuple[str, ...]:
        """The names of the roles that a quarantine keeps to give them back."""
        return tuple(self.names[one] for one in self.restores if one in self.names)


When = Literal["before", "after", "never"]


@dataclass(frozen=True, slots=True)
class CaseKind:
    """What one type of case asks for.

    `permission` is Discord's, of the moderator and, where `acts`, of the bot; `ends` is the type
    that lifts it; `tells` says when the person is written to: before what takes them out of the
    last server they share with the bot.
    """

    type: CaseType
    permission: str
    done: str  # "was banned", for a log's and a letter's sentence
    acts: bool = True
    of_members: bool = True
    takes_duration: bool = False
    needs_duration: bool = False
    longest: timedelta = LONGEST
    ends: CaseType | None = None
    lifts: tuple[CaseType, ...] = ()
    tells: When = "never"

    @property
    def punishes(self) -> bool:
        """Whether it does something to the person, of which they are told."""
        return self.tells != "never" and not self.lifts


KINDS: dict[CaseType, CaseKind] = {
    kind.type: kind
    for kind in (
        CaseKind("warn", "moderate_members", N_("was warned"), acts=False, tells="after"),
        CaseKind("note", "moderate_members", N_("has a note"), acts=False, of_members=False),
        CaseKind(
            "timeout",
            "moderate_members",
            N_("was timed out"),
            takes_duration=True,
            needs_duration=True,
            longest=LONGEST_TIMEOUT,
            ends="untimeout",
            tells="after",
        ),
        CaseKind(
            "mute",
            "moderate_members",
            N_("was muted"),
            takes_duration=True,
            ends="unmute",
            tells="after",
        ),
        CaseKind("kick", "kick_members", N_("was kicked"), tells="before"),
        CaseKind(
            "ban",
            "ban_members",
            N_("was banned"),
            of_members=False,
            ends="unban",
            tells="before",
        ),
        CaseKind(
            "tempban",
            "ban_members",
            N_("was banned for a time"),
            of_members=False,
            takes_duration=True,
            needs_duration=True,
            ends="unban",
            tells="before",
        ),
        CaseKind("softban", "ban_members", N_("was softbanned"), tells="before"),
        CaseKind(
            "unban",
            "ban_members",
            N_("was unbanned"),
            of_members=False,
            lifts=("ban", "tempban"),
        ),
        CaseKind(
            "untimeout",
            "moderate_members",
            N_("may write again"),
            of_members=False,
            lifts=("timeout",),
            tells="after",
        ),
        CaseKind(
            "unmute",
            "moderate_members",
            N_("may speak again"),
            of_members=False,
            lifts=("mute",),
            tells="after",
        ),
        CaseKind(
            "clear_warnings",
            "moderate_members",
            N_("had the warnings cleared"),
            acts=False,
            of_members=False,
            lifts=("warn",),
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(CaseSeen):
    """One decision about one person; `number` counts from 1 in each guild."""

    type: CaseType
    moderator_id: int
    moderator_name: str
    source: CaseSource
    state: CaseState
    delete_seconds: int = 0
    repeats: bool = False
    settled_at: datetime | None = None
    failure: str | None = None
    details: Details = field(default_factory=Details)

    @property
    def kind(self) -> CaseKind:
        return KINDS[self.type]

    @property
    def is_final(self) -> bool:
        return self.details.is_final

    @property
    def said(self) -> str | None:
        return self.details.said if self.details.told == self.reason else self.reason

    @property
    def person(self) -> tuple[int, int]:
        """The guild and the user: whose turn it takes."""
        return self.guild_id, self.user_id


@dataclass(frozen=True, slots=True)
class Order:
    """What a moderator asks for.

    A quarantine that `keeps_mute` gives the role of a mute before it back at its end.
    """

    type: CaseType
    user_id: int
    reason: str | None = None
    duration: timedelta | None = None
    deletes: timedelta = timedelta()  # how far back what they wrote is deleted with a ban
    source: CaseSource = "bot"
    quarantine: bool = False
    is_final: bool = False
    silent: bool = False
    key: str | None = None  # of one that the bot may order again without knowing
    keeps_mute: bool = False
    said: str | None = None  # the reason as people read it, where it is one of the bot's own


def checked(order: Order) -> Order:
    """The order with its reason trimmed; a UserError says what does not fit."""
    kind = KINDS[order.type]
    reason = clean_reason(order.reason)
    if order.duration is not None and not kind.takes_duration:
        raise UserError(_("That has no duration: leave it out."))
    refuse_duration(kind, order.duration)
    if not timedelta() <= order.deletes <= MOST_DELETED:
        raise UserError(_("Messages of at most 7 days can be deleted with a ban."))
    said = order.reason.said if isinstance(order.reason, OwnReason) else None
    return replace(order, reason=reason, said=said and clip(clean_line(said), REASON_LIMIT))


def refuse_duration(kind: CaseKind, lasts: timedelta | None) -> None:
    """A UserError for none where one is needed, or one that is too short or too long."""
    if lasts is None and kind.needs_duration:
        raise UserError(_("Say for how long, such as 10m, 2h30m or 7d."))
    if lasts is not None and not SHORTEST <= lasts <= kind.longest:
        text = _("Choose a duration between {least} and {most}.")
        raise UserError(text.format(least=in_words(SHORTEST), most=in_words(kind.longest)))


def ends_at(type_: CaseType, now: datetime, lasts: timedelta | None) -> datetime | None:
    """When it ends; Discord refuses a timeout that is a second longer than it allows."""
    if lasts is None:
        return None
    return now + (min(lasts, LONGEST_TIMEOUT - MARGIN) if type_ == "timeout" else lasts)


def clean_reason(text: str | None) -> str | None:
    """The reason as it is stored: one paragraph; None where nothing is left of it."""
    reason = clean_line(text or "")
    if len(reason) > REASON_LIMIT:
        message = _("Use at most {limit} characters for the reason; a note takes more.")
        raise UserError(message.format(limit=REASON_LIMIT))
    return reason or None


def audit_reason(number: int, moderator: str, reason: str | None) -> str:
    """What Discord's audit log shows; members knows by its beginning whose echo it is."""
    return f"{case_mark(number)} {moderator}: {reason or '-'}"[:512]


def family(case_type: CaseType) -> frozenset[CaseType]:
    """The types that exclude one another at the same moment; none for what makes no call."""
    none = frozenset[CaseType]()
    return next((one for one in FAMILIES if case_type in one), none)
