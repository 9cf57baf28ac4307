"""Sanctions that the bot orders by itself: plain data, and how the log tells of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Self

from bot.catalogue.cases import CaseSource, CaseType
from bot.durations import in_words
from bot.incident import Measure
from bot.texts import N_, _
from bot.user_text import clip

SanctionType = Literal["warn", "timeout", "mute", "quarantine", "kick", "ban", "tempban"]

CASE = "case"
"""Kind of a measure that is a case: its target is the case's number."""
PERSON = "person"
"""Kind of a measure that cannot be undone, or came to nothing: its target is the person."""

DONE: dict[SanctionType, str] = {
    "warn": N_("{person} was warned"),
    "timeout": N_("{person} was timed out for {duration}"),
    "mute": N_("{person} was muted"),
    "quarantine": N_("{person} was put in quarantine"),
    "kick": N_("{person} was kicked"),
    "ban": N_("{person} was banned"),
    "tempban": N_("{person} was banned for {duration}"),
}
WOULD: dict[SanctionType, str] = {
    "warn": N_("{person} would have been warned"),
    "timeout": N_("{person} would have been timed out for {duration}"),
    "mute": N_("{person} would have been muted"),
    "quarantine": N_("{person} would have been put in quarantine"),
    "kick": N_("{person} would have been kicked"),
    "ban": N_("{person} would have been banned"),
    "tempban": N_("{person} would have been banned for {duration}"),
}
NOT_DONE: dict[SanctionType, str] = {
    "warn": N_("{person} was not warned"),
    "timeout": N_("{person} was not timed out"),
    "mute": N_("{person} was not muted"),
    "quarantine": N_("{person} was not put in quarantine"),
    "kick": N_("{person} was not kicked"),
    "ban": N_("{person} was not banned"),
    "tempban": N_("{person} was not banned"),
}


class OwnReason(str):
    """Why the bot does something by itself: in English, as events tell it in every language.

    `said` is the same in the language of those who read it.
    """

    __slots__ = ("said",)
    said: str

    @classmethod
    def of(cls, text: str, **fields: object) -> Self:
        """A marked text with its fields, which may be such reasons themselves."""
        made = cls(text.format(**fields))
        made.said = _(text).format(**{name: said_of(one) for name, one in fields.items()})
        return made

    def clipped(self, limit: int) -> Self:
        """The same, neither longer than that."""
        made = type(self)(clip(self, limit))
        made.said = clip(self.said, limit)
        return made


def said_of(reason: object) -> object:
    """What people read of it."""
    return reason.said if isinstance(reason, OwnReason) else reason


@dataclass(frozen=True, slots=True)
class Sanction:
    """What is to be done to a person; `reason` is written for people, and names the feature.

    Of a silent one the person is not told: hundreds of letters at once are spam to Discord.
    `key` names it in its guild: ordered again with the same one, after a crash, it is the case
    that there is, and nothing is done twice. Of a case that came to nothing it is free again.
    """

    guild_id: int
    user_id: int
    type: SanctionType
    reason: str
    source: CaseSource = "bot"
    duration: timedelta | None = None
    delete_seconds: int = 0
    is_silent: bool = False
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Sanctioned:
    """What came of it: the case's number, or why there is none.

    Both where Discord gave no answer: the case is settled within minutes, one way or the other.
    One that `is_transient` may come to something else in a minute: order it again, with its key.
    """

    number: int | None = None
    refusal: str | None = None
    is_transient: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing was begun, and it may be ordered again: Discord did not answer."""
        return self.number is None and self.is_transient


@dataclass(frozen=True, slots=True)
class CaseRef:
    """Case by its numbers: that of ours, and that which people see."""

    case_id: int
    number: int


@dataclass(frozen=True, slots=True)
class CaseFact:
    """A case that has just taken effect, as other features hear of it."""

    guild_id: int
    case_id: int
    type: CaseType
    user_id: int
    reason: str | None
    source: CaseSource
    expires_at: datetime | None


def measure_of(sanction: Sanction, came: Sanctioned | None) -> Measure:
    """What the log says of it; None is what would have been done, in shadow."""
    if came is None:
        return Measure(PERSON, sanction.user_id, _worded(sanction, WOULD))
    if came.number is None:
        text = f"{_worded(sanction, NOT_DONE)}: {came.refusal}"
        return Measure(PERSON, sanction.user_id, text)
    number = _("case {number}").format(number=came.number)
    if came.refusal is None:
        text = f"{_worded(sanction, DONE)} ({number})"
    else:
        text = _("<@{user}>: no answer from Discord yet; it is looked at again ({case})")
        text = text.format(user=sanction.user_id, case=number)
    kind = PERSON if sanction.type == "kick" else CASE
    target = sanction.user_id if kind == PERSON else came.number
    return Measure(kind, target, text, {"user_id": str(sanction.user_id)})


def _worded(sanction: Sanction, words: dict[SanctionType, str]) -> str:
    lasts = "?" if sanction.duration is None else in_words(sanction.duration)
    return _(words[sanction.type]).format(person=f"<@{sanction.user_id}>", duration=lasts)
