"""Model of an incident: what was found, what was done about it, and how far it is undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.controls import Tone
from bot.incident import Measure, Why

SHADOW_DAYS = (1, 3, 7, 14)
TRIES = 10  # of an undoing that gets no answer, a minute apart


class MeasureState(StrEnum):
    """Where a measure stands; one of a shadow was never done."""

    DONE = "done"
    SHADOW = "shadow"
    UNDOING = "undoing"
    UNDONE = "undone"
    KEPT = "kept"  # it could not be undone: `failure` says why


@dataclass(frozen=True, slots=True)
class Incident:
    """One finding, written down; `measures` counts what was done."""

    id: int
    guild_id: int
    feature: str
    title: str
    why: Why
    user_id: int | None
    channel_id: int | None
    message_id: int | None
    is_shadow: bool
    tone: Tone
    measures: int
    created_at: datetime
    undone_by_id: int | None = None
    undone_at: datetime | None = None

    @property
    def is_undone(self) -> bool:
        """Whether somebody wants it undone, however far that is."""
        return self.undone_by_id is not None


@dataclass(frozen=True, slots=True)
class MeasureRecord:
    """A measure, written down."""

    id: int
    incident_id: int
    guild_id: int
    kind: str
    target_id: int
    label: str
    data: Mapping[str, Any]
    state: MeasureState
    tries: int = 0
    failure: str | None = None
    undone_by_id: int | None = None

    @property
    def measure(self) -> Measure:
        return Measure(self.kind, self.target_id, self.label, self.data)


@dataclass(frozen=True, slots=True)
class Shadow:
    """A time in which a protection only says what it would have done; `is_told` when it ended."""

    id: int
    guild_id: int
    feature: str
    ends_at: datetime
    is_told: bool


def can_try_again(counts: Mapping[tuple[MeasureState, bool], int]) -> bool:
    """Whether an Undo has come to its end, and not all that can be undone is."""
    is_under_way = any(
        count for (state, _can), count in counts.items() if state is MeasureState.UNDOING
    )
    return not is_under_way and bool(counts.get((MeasureState.KEPT, True)))


def ends_at(now: datetime, days: int) -> datetime:
    """When a shadow of so many days ends."""
    return now + timedelta(days=days)


def why_of(stored: Mapping[str, Any]) -> Why:
    """The reasons as they were stored."""
    counters = tuple((str(name), str(value)) for name, value in stored["counters"])
    return Why(str(stored["rule"]), counters, tuple(map(str, stored["spared"])))


def stored_why(why: Why) -> dict[str, Any]:
    """The reasons as they are stored."""
    return {
        "rule": why.rule,
        "counters": [list(one) for one in why.counters],
        "spared": list(why.spared),
    }
