"""Model of the casino: players with the limits they set themselves, and their rounds."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from bot.features.casino.blackjack import BlackjackTable, play
from bot.features.casino.games import CHANCE_GAMES
from bot.money import Currency
from bot.seeds import RoundSeeds, commitment

BLACKJACK = "blackjack"
RULES = 1
"""Number of the rules by which rounds are played; one of others cannot be gone on with."""

TURN = timedelta(minutes=5)
"""How long somebody may think about an open round; then they stand."""

DAY = timedelta(days=1)
LOOSER_AFTER = DAY
"""From when a limit of one's own that allows more counts; one that allows less counts at once."""

PAUSE_FROM = timedelta(hours=1)
PAUSE_UP_TO = timedelta(days=365)
LIMIT_UP_TO = 10**9  # coins


class RoundState(StrEnum):
    """State of a round; only an open one can still change."""

    OPEN = "open"
    SETTLED = "settled"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class CasinoPlayer:
    """Somebody who plays in a guild: the seed of their next round, and what keeps them from it.

    The seed is None where the key that sealed it is lost: that round is played by nobody. Limits
    are in whole coins of whichever currency, None where there is none; `next_limit` takes the
    place of `own_limit` at `next_limit_at`.
    """

    id: int
    guild_id: int
    user_id: int
    number: int
    seed: bytes | None = field(repr=False)
    own_seed: str
    own_limit: int | None
    next_limit: int | None
    next_limit_at: datetime | None
    paused_until: datetime | None
    played_at: datetime | None

    @property
    def commitment(self) -> str:
        """What they see of the next round's seed."""
        return commitment(self.seeds.seed)

    @property
    def seeds(self) -> RoundSeeds:
        """What the next round's numbers follow from."""
        assert self.seed is not None  # noqa: S101  who has lost it gets another round first
        return RoundSeeds(self.seed, self.own_seed, self.number)

    def limit(self, now: datetime) -> int | None:
        """The limit of their own that counts now."""
        is_next = self.next_limit_at is not None and self.next_limit_at <= now
        return self.next_limit if is_next else self.own_limit

    def is_paused(self, now: datetime) -> bool:
        """Whether they have shut themselves out."""
        return self.paused_until is not None and now < self.paused_until


@dataclass(frozen=True, slots=True)
class Bet:
    """Bet that somebody wants to place: on what, how much, in their round of that number."""

    game: str
    choice: str
    currency_id: int
    stake: int
    number: int


@dataclass(frozen=True, slots=True)
class CasinoRound:
    """Round that somebody plays or has played; `staked` is twice the stake where it was doubled.

    `payout` is there once it is settled, with `ended_at`; an open one is due at `due_at`. `seed`
    is None where the key that sealed it is lost.
    """

    id: int
    guild_id: int
    user_id: int
    number: int
    rules: int
    game: str
    choice: str
    currency_id: int
    decimals: Literal[0, 2]
    stake: int
    staked: int
    payout: int | None
    seed: bytes | None = field(repr=False)
    own_seed: str
    moves: str
    state: RoundState
    hold_id: int
    double_hold_id: int | None
    started_at: datetime
    ended_at: datetime | None
    due_at: datetime | None

    @property
    def key(self) -> tuple[int, int]:
        """Whose turn it is; one at a time."""
        return self.guild_id, self.user_id

    @property
    def seeds(self) -> RoundSeeds:
        """What its numbers follow from."""
        assert self.seed is not None  # noqa: S101  where it is lost it cannot be gone on with
        return RoundSeeds(self.seed, self.own_seed, self.number)

    @property
    def is_open(self) -> bool:
        return self.state is RoundState.OPEN

    @property
    def can_go_on(self) -> bool:
        """Whether it can be played to its end: by today's rules, and with its seed at hand."""
        return self.rules == RULES and self.seed is not None

    @property
    def gain(self) -> int:
        """What it won, below zero where it lost."""
        return 0 if self.payout is None else self.payout - self.staked

    @property
    def hold_ids(self) -> tuple[int, ...]:
        """What is held for it, or was."""
        return tuple(one for one in (self.hold_id, self.double_hold_id) if one is not None)

    @property
    def former_currency(self) -> Currency:
        """What it was played in, where the guild has that no more."""
        return Currency.former(self.currency_id, self.guild_id, self.decimals)

    @property
    def bet(self) -> Bet:
        """The bet as it was placed."""
        return Bet(self.game, self.choice, self.currency_id, self.stake, self.number)

    def is_of(self, bet: Bet) -> bool:
        """Whether a bet of its number was this one, or another on the same table."""
        return (self.game, self.currency_id, self.stake) == (bet.game, bet.currency_id, bet.stake)

    def table(self, more: str = "") -> BlackjackTable:
        """The table of a round of blackjack, after further moves."""
        return play(self.seeds.stream().below, self.moves + more)


@dataclass(frozen=True, slots=True)
class DueRound:
    """Round whose time was over at `due_at`, as much of it as says whether it still is."""

    id: int
    guild_id: int
    user_id: int
    due_at: datetime


def first_factor(bet: Bet, seeds: RoundSeeds) -> Fraction | None:
    """What the round returns of its stake by its beginning alone; None where moves follow."""
    stream = seeds.stream()
    if bet.game == BLACKJACK:
        table = play(stream.below, "")
        return None if table.result is None else table.factor
    game = CHANCE_GAMES[bet.game]
    return game.factor(bet.choice, game.draw(stream))
