"""Plans of giveaways, and edits of them, held against what there may be."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.errors import UserError
from bot.features.giveaways.model import (
    ABOUT_LIMIT,
    LONGEST,
    OFTEN,
    PRIZE_LIMIT,
    SHORTEST,
    Giveaway,
    GiveawayState,
    Terms,
)
from bot.texts import _
from bot.user_text import clean_line, clean_paragraphs, clip

EDITABLE = (GiveawayState.SCHEDULED, GiveawayState.OPEN, GiveawayState.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveawayPlan:
    """Plan of a giveaway; without `starts_at` it opens at once, with `every` others follow it."""

    prize: str
    channel_id: int
    winner_count: int
    lasts: timedelta
    about: str = ""
    terms: Terms = field(default_factory=Terms)
    starts_at: datetime | None = None
    every: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveawayEdit:
    """Edit of a giveaway: what is None stays; `every` of no length ends a series."""

    prize: str | None = None
    about: str | None = None
    winner_count: int | None = None
    ends_at: datetime | None = None
    terms: Terms | None = None
    every: timedelta | None = None


def checked(plan: GiveawayPlan, now: datetime) -> GiveawayPlan:
    """The plan as it is kept; a UserError where it cannot be."""
    if not SHORTEST <= plan.lasts <= LONGEST:
        raise _wrong_length()
    if plan.starts_at is not None and plan.starts_at - now > LONGEST:
        raise UserError(_("A giveaway begins within a year."))
    if plan.every is not None:
        _refuse_series(plan.every, plan.lasts)
    return replace(plan, prize=_prize(plan.prize), about=_about(plan.about))


def edited(seen: Giveaway, edit: GiveawayEdit, now: datetime) -> dict[str, Any]:
    """What changes in its row; a UserError where it cannot, or where nothing would."""
    is_over = seen.state is GiveawayState.OPEN and seen.ends_at <= now
    if is_over or seen.state not in EDITABLE:
        raise UserError(_("Giveaway {number} is over.").format(number=seen.id))
    values: dict[str, Any] = {
        "prize": None if edit.prize is None else _prize(edit.prize),
        "about": None if edit.about is None else _about(edit.about),
        "winner_count": edit.winner_count,
        "terms": edit.terms,
    }
    values = {name: value for name, value in values.items() if value is not None}
    values |= _times(seen, edit, now)
    if not values:
        raise UserError(_("Say what is to change: each option stands for one thing."))
    return values


def _times(seen: Giveaway, edit: GiveawayEdit, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if edit.ends_at is not None:
        if seen.state is GiveawayState.PAUSED:
            raise UserError(_("It is paused: resume it before you change when it ends."))
        if not SHORTEST <= edit.ends_at - max(seen.starts_at, now) <= LONGEST:
            raise _wrong_length()
        values |= {"ends_at": edit.ends_at, "lasts": edit.ends_at - seen.starts_at}
    if edit.every is not None:
        values["every"] = edit.every or None
    every = values.get("every", seen.every)
    if every is not None and values:
        _refuse_series(every, values.get("lasts", seen.lasts))
    return values


def _wrong_length() -> UserError:
    return UserError(_("A giveaway lasts a minute at least, and a year at most."))


def _refuse_series(every: timedelta, lasts: timedelta) -> None:
    if not max(OFTEN, lasts) <= every <= LONGEST:
        text = _(
            "The next one begins an hour after this one at the soonest, within a year, and not "
            "before this one ends."
        )
        raise UserError(text)


def _prize(typed: str) -> str:
    if not clean_paragraphs(typed):
        raise UserError(_("A prize needs a name that can be seen."))
    return clip(clean_line(typed), PRIZE_LIMIT)


def _about(typed: str) -> str:
    return clip(clean_paragraphs(typed), ABOUT_LIMIT)
