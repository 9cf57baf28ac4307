"""Times of a ticket: when its silence is too long, and until when an answer was promised."""

from datetime import datetime, timedelta
from typing import Any

from bot.features.tickets.model import Ticket
from bot.features.tickets.types import TypeChoices


def silence(choices: TypeChoices, spoken_at: datetime, *, by_opener: bool) -> dict[str, Any]:
    """When it is warned of, and when it ends the ticket; never while the opener waits."""
    if by_opener or not choices.silence_hours:
        return {"warn_at": None, "close_at": None}
    close_at = spoken_at + timedelta(hours=choices.silence_hours)
    warning = timedelta(hours=min(choices.warning_hours, choices.silence_hours))
    return {"warn_at": close_at - warning, "close_at": close_at}


def answered(ticket: Ticket, choices: TypeChoices, now: datetime) -> dict[str, Any]:
    """What an answer of the staff changes: it is the opener's turn, and no promise is due."""
    values: dict[str, Any] = {
        "spoken_at": now,
        "spoken_by_opener": False,
        "warned_at": None,
        **silence(choices, now, by_opener=False),
    }
    if ticket.answered_at is None:
        values |= {"answered_at": now, "promise_at": None}
    return values


def promise(choices: TypeChoices, opened_at: datetime) -> datetime | None:
    """Until when the staff are to answer for the first time."""
    minutes = choices.promise_minutes
    return opened_at + timedelta(minutes=minutes) if minutes else None


def anew(ticket: Ticket, choices: TypeChoices) -> dict[str, Any]:
    """The same once the type's choices are others."""
    values: dict[str, Any] = {"warn_at": None, "close_at": None}
    if ticket.spoken_at is not None:
        values = silence(choices, ticket.spoken_at, by_opener=ticket.spoken_by_opener)
    is_waiting = ticket.answered_at is None and ticket.promise_told_at is None
    if is_waiting and ticket.opened_at is not None:
        values["promise_at"] = promise(choices, ticket.opened_at)
    return values
