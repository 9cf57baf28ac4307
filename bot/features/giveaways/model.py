"""Model of a giveaway: its states, who may enter, and how many entries somebody has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from bot.acts import Actor
from bot.clock import from_snowflake

PRIZE_LIMIT = 200
ABOUT_LIMIT = 1000
WINNERS = 100  # one message calls no more
ROLES = 10  # that are needed, and as many that bring more entries
BONUS = 100  # entries that one role brings
LEVEL = 1000
DAYS = 3650
SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(days=366)
OFTEN = timedelta(hours=1)


class GiveawayState(StrEnum):
    """State of a giveaway: `drawing` until its winners are written down, then they are told."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    PAUSED = "paused"
    DRAWING = "drawing"
    DRAWN = "drawn"
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"


class GiveawayStep(StrEnum):
    """Step from one state to the next."""

    BEGIN = "begin"
    PAUSE = "pause"
    RESUME = "resume"
    CLOSE = "close"
    DRAW = "draw"
    ANNOUNCE = "announce"
    REROLL = "reroll"
    CANCEL = "cancel"


_S, _A = GiveawayState, GiveawayStep
STANDING = (_S.SCHEDULED, _S.OPEN, _S.PAUSED, _S.DRAWING)
ENDED = (_S.DRAWN, _S.ANNOUNCED)
STEPS: Mapping[GiveawayStep, tuple[tuple[GiveawayState, ...], GiveawayState]] = {
    _A.BEGIN: ((_S.SCHEDULED,), _S.OPEN),
    _A.PAUSE: ((_S.OPEN,), _S.PAUSED),
    _A.RESUME: ((_S.PAUSED,), _S.OPEN),
    _A.CLOSE: ((_S.OPEN, _S.PAUSED), _S.DRAWING),
    _A.DRAW: ((_S.DRAWING,), _S.DRAWN),
    _A.ANNOUNCE: ((_S.DRAWN,), _S.ANNOUNCED),
    _A.REROLL: (ENDED, _S.DRAWN),
    _A.CANCEL: (STANDING, _S.CANCELLED),
}


class Unmet(StrEnum):
    """Why somebody cannot enter, or cannot win any more."""

    GONE = "gone"
    ROLES = "roles"
    LEVEL = "level"
    ACCOUNT = "account"
    MEMBERSHIP = "membership"


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of a giveaway: who may enter, and what brings more entries than one."""

    required_role_ids: tuple[int, ...] = ()
    min_level: int | None = None
    min_account_days: int = 0
    min_member_days: int = 0
    bonus: Mapping[int, int] = field(default_factory=dict[int, int])

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "required_role_ids": list(self.required_role_ids),
            "min_level": self.min_level,
            "min_account_days": self.min_account_days,
            "min_member_days": self.min_member_days,
            "bonus": [list(one) for one in self.bonus.items()],
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """What was stored."""
        kept = dict(document)
        kept["required_role_ids"] = tuple(kept["required_role_ids"])
        kept["bonus"] = dict(kept["bonus"])
        return cls(**kept)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Candidate as Discord has them now; `level` where one is needed."""

    user_id: int
    role_ids: frozenset[int]
    joined_at: datetime | None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Entrant(Actor):
    """Entrant: who presses the button, with what Discord sent along."""

    role_ids: frozenset[int] = frozenset()
    joined_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Giveaway:
    """A giveaway as it stands in its row; the seed is there once it was drawn."""

    id: int
    guild_id: int
    channel_id: int
    prize: str
    about: str
    winner_count: int
    created_by_id: int
    created_by_name: str
    terms: Terms
    state: GiveawayState
    created_at: datetime
    starts_at: datetime
    ends_at: datetime
    lasts: timedelta  # as it was planned: a pause makes it end later
    paused_at: datetime | None
    every: timedelta | None
    sealed_seed: bytes | None = field(repr=False)
    seed_hash: str
    seed: str | None
    failure: str | None
    ended_at: datetime | None
    forget_at: datetime | None

    @property
    def key(self) -> tuple[int, int]:
        """Under which one thing at a time is done about it."""
        return self.guild_id, self.id

    @property
    def has_ended(self) -> bool:
        """Whether there was a draw."""
        return self.state in ENDED

    def takes_entries(self, now: datetime) -> bool:
        """Whether it is open; its time is over at the moment, not when it is noticed."""
        return self.state is GiveawayState.OPEN and now < self.ends_at

    def may(self, step: GiveawayStep) -> bool:
        return self.state in STEPS[step][0]


def unmet(terms: Terms, person: Candidate, now: datetime) -> list[Unmet]:
    """Which of the terms somebody does not meet."""
    found = list[Unmet]()
    if not person.role_ids.issuperset(terms.required_role_ids):
        found.append(Unmet.ROLES)
    if terms.min_level is not None and person.level < terms.min_level:
        found.append(Unmet.LEVEL)
    if _is_younger(from_snowflake(person.user_id), terms.min_account_days, now):
        found.append(Unmet.ACCOUNT)
    if _is_younger(person.joined_at or now, terms.min_member_days, now):
        found.append(Unmet.MEMBERSHIP)
    return found


def _is_younger(born: datetime, days: int, now: datetime) -> bool:
    # Discord's clock may be ahead of ours: who came this second was born in our future.
    return days > 0 and now - born < timedelta(days=days)


def weight(terms: Terms, role_ids: frozenset[int]) -> int:
    """How many entries somebody has: one, and what each of their roles brings."""
    return 1 + sum(entries for role, entries in terms.bonus.items() if role in role_ids)


def next_start(giveaway: Giveaway, now: datetime) -> datetime | None:
    """When the next of a series begins: the first of its times that has half its length left."""
    if giveaway.every is None:
        return None
    missed = (now - giveaway.lasts / 2 - giveaway.starts_at) // giveaway.every
    return giveaway.starts_at + giveaway.every * max(missed + 1, 1)
