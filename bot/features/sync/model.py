"""Model of a network of servers: what they share, and how far a share has come."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from bot.texts import N_

SharedKind = Literal["kick", "ban", "tempban", "timeout"]

SHARED: tuple[SharedKind, ...] = ("kick", "ban", "tempban", "timeout")
KIND_WORDS: dict[SharedKind, str] = {
    "kick": N_("kicks"),
    "ban": N_("bans"),
    "tempban": N_("bans for a time"),
    "timeout": N_("timeouts"),
}
NETWORKS = 5  # of one guild
GUILDS = 50  # of one network
NAME = 60  # characters
INVITE_LASTS = timedelta(days=1)
FRESH = timedelta(days=1)
"""How long a share is worth doing: later nobody would know why."""
LEAST = timedelta(minutes=1)


class ShareState(StrEnum):
    """How far a share has come; one that is cancelled was never done."""

    OWED = "owed"
    DONE = "done"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Membership:
    """A guild in a network, and which kinds it sends and takes."""

    id: int
    network_id: int
    guild_id: int
    name: str  # of the network
    founder_id: int  # the guild that made the network
    sends: frozenset[SharedKind]
    takes: frozenset[SharedKind]

    @property
    def is_founder(self) -> bool:
        return self.guild_id == self.founder_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """One case of one guild, owed to another."""

    id: int
    network_id: int
    origin_guild_id: int
    origin_case_id: int
    guild_id: int
    user_id: int
    type: SharedKind
    reason: str | None
    expires_at: datetime | None
    state: ShareState
    is_lift_owed: bool
    case_number: int | None
    failure: str | None
    created_at: datetime
    lift_owed_at: datetime | None

    @property
    def person(self) -> tuple[int, int]:
        """The guild and the user: whose turn it takes."""
        return self.guild_id, self.user_id

    @property
    def key(self) -> str:
        """What names it among the orders of its guild."""
        return f"sync:{self.origin_case_id}"

    def lasts(self, now: datetime) -> timedelta | None:
        """What is left of it; None for one without an end."""
        return None if self.expires_at is None else self.expires_at - now

    def is_late(self, now: datetime) -> bool:
        """Whether it is too late to do it."""
        left = self.lasts(now)
        return now - self.created_at > FRESH or (left is not None and left < LEAST)


def kinds_of(text: str) -> frozenset[SharedKind]:
    """Kinds as they are stored."""
    return frozenset(one for one in SHARED if one in text.split())


def written(kinds: Iterable[str]) -> str:
    """The same, to be stored."""
    return " ".join(one for one in SHARED if one in set(kinds))


def shared_kind(case_type: str) -> SharedKind | None:
    """The kind that a case of that type is shared as, if it can be."""
    return next((one for one in SHARED if one == case_type), None)


def takers(
    mine: Collection[Membership], others: Iterable[Membership], kind: SharedKind
) -> list[Membership]:
    """Who takes what this guild sends, each guild once, however many networks they share."""
    sending = {one.network_id for one in mine if kind in one.sends}
    found = {one.guild_id: one for one in others if one.network_id in sending and kind in one.takes}
    return list(found.values())
