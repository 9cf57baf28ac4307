"""Model of a duel: who fights for what, how far it is, and what came of it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from bot.errors import UserError
from bot.features.duels.game import Bout, Dice, DuelMove
from bot.texts import _

ACCEPT = timedelta(minutes=5)
"""How long a challenge stands."""

DAY = timedelta(days=1)
"""Within which the rated duels of two people are counted."""

AFTER_START = timedelta(minutes=1)
"""Whoever could not move while the bot was away has this long at least."""


class DuelState(StrEnum):
    """State of a duel."""

    CHALLENGED = "challenged"
    PLAYING = "playing"
    WON = "won"
    FORFEITED = "forfeited"  # won, as the other did not move in time
    DRAWN = "drawn"
    SILENT = "silent"  # a draw, as neither moved in time
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    LEFT = "left"
    VOID = "void"  # what is stored of it does not let it go on

    @property
    def has_ended(self) -> bool:
        return self not in STANDING

    @property
    def was_played(self) -> bool:
        """Whether it was accepted and has come to a result."""
        return self in RESULTS


STANDING = (DuelState.CHALLENGED, DuelState.PLAYING)
RESULTS = (DuelState.WON, DuelState.FORFEITED, DuelState.DRAWN, DuelState.SILENT)
COUNTED = (*STANDING, *RESULTS)
"""Those that use up the rated duels of a day."""


@dataclass(frozen=True, slots=True)
class DuelSide:
    """Side of a duel: who, their hidden move in this round, and the hold on their stake."""

    user_id: int
    move: DuelMove | None
    hold_id: int | None


@dataclass(frozen=True, slots=True)
class Duel:
    """A duel as it stands in its row.

    `expires_at` is until when it can be accepted, or the round be moved in; `turn` and
    `gives_back`, a percentage, are as they were when it was challenged. `rating_change` is what
    the challenger's rating gained by it, and the opponent's lost.
    """

    id: int
    guild_id: int
    channel_id: int
    challenger: DuelSide
    opponent: DuelSide
    currency_id: int
    decimals: Literal[0, 2]
    stake: int
    is_rated: bool
    gives_back: int
    turn: timedelta
    state: DuelState
    bout: Bout
    dice: Dice | None
    sealed_seed: bytes | None = field(repr=False)
    seed_hash: str
    seed: str | None
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    ended_by_id: int | None
    winner_id: int | None
    rating_change: int | None

    @property
    def key(self) -> tuple[int, int]:
        """Under which one thing at a time is done about it."""
        return self.guild_id, self.id

    @property
    def sides(self) -> tuple[DuelSide, DuelSide]:
        return self.challenger, self.opponent

    @property
    def people(self) -> tuple[int, int]:
        return self.challenger.user_id, self.opponent.user_id

    @property
    def hold_ids(self) -> list[int]:
        """What is held for it."""
        return [one.hold_id for one in self.sides if one.hold_id is not None]

    @property
    def has_begun(self) -> bool:
        """Whether it was accepted."""
        return bool(self.hold_ids)

    @property
    def loser_id(self) -> int | None:
        """Whoever did not win, where somebody has."""
        if self.winner_id is None:
            return None
        return next(one for one in self.people if one != self.winner_id)

    @property
    def won(self) -> int:
        """What the winner gets out of both stakes."""
        return won_of(self.stake, self.gives_back)

    def side_of(self, user_id: int) -> int:
        """0 for the challenger, 1 for the opponent; a UserError for anybody else."""
        if user_id not in self.people:
            raise UserError(_("This duel is between two others."))
        return self.people.index(user_id)

    def is_over_at(self, now: datetime) -> bool:
        """Whether it has ended, or its time is over."""
        return self.state.has_ended or self.expires_at <= now


def won_of(stake: int, gives_back: int) -> int:
    """What a winner gets out of two stakes, of one of which so many percent go back.

    A part of the smallest unit stays with the winner.
    """
    return 2 * stake - stake * gives_back // 100


@dataclass(frozen=True, slots=True)
class Duelist:
    """Somebody who duels in a guild, with what came of their duels."""

    id: int
    guild_id: int
    user_id: int
    rating: int
    rated: int
    wins: int
    losses: int
    draws: int
    challenged_at: datetime | None


@dataclass(frozen=True, slots=True)
class Challenge:
    """Challenge as somebody makes it."""

    channel_id: int
    opponent_id: int
    currency_id: int | None
    stake: str
