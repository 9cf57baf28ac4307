"""Model of the ledger: entries whose postings sum to zero, and who may own less than nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from bot.activity import VoiceActivity
from bot.catalogue.economy import BalanceSource, Operation
from bot.money import Purpose


class AccountKind(IntEnum):
    """Kind of an account; all are locked in this order, those that everybody needs last."""

    WALLET = 1
    HOLD = 2
    HOUSE = 3
    MINT = 4

    @property
    def may_owe(self) -> bool:
        """Whether its balance may be negative: what all others hold together comes from there."""
        return self > AccountKind.HOLD


class AccountKey(NamedTuple):
    """Account by what it is, in the order in which accounts are locked."""

    kind: AccountKind
    currency_id: int
    owner_id: int = 0


def wallet(user_id: int, currency_id: int) -> AccountKey:
    """Somebody's spendable money."""
    return AccountKey(AccountKind.WALLET, currency_id, user_id)


def held(user_id: int, currency_id: int) -> AccountKey:
    """What all holds together keep of somebody's money."""
    return AccountKey(AccountKind.HOLD, currency_id, user_id)


def house(currency_id: int) -> AccountKey:
    """What the casino has won or lost."""
    return AccountKey(AccountKind.HOUSE, currency_id)


def mint(currency_id: int) -> AccountKey:
    """Where money comes from and where it goes."""
    return AccountKey(AccountKind.MINT, currency_id)


@dataclass(frozen=True, slots=True)
class Leg:
    """Change of one account in an entry."""

    account: AccountKey
    delta: int
    operation: Operation


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """Entry to be posted: in each currency its legs sum to zero, and none is zero."""

    guild_id: int
    source: BalanceSource
    legs: Sequence[Leg]
    reason: str | None = None
    actor_id: int | None = None

    def __post_init__(self) -> None:
        sums = Counter[int]()
        for leg in self.legs:
            sums[leg.account.currency_id] += leg.delta
        if any(sums.values()) or not all(leg.delta for leg in self.legs) or not self.legs:
            raise ValueError(f"an entry does not balance: {self.legs}")
        if len({leg.account for leg in self.legs}) != len(self.legs):
            raise ValueError(f"an entry changes one account twice: {self.legs}")


@dataclass(frozen=True, slots=True)
class Posted:
    """Entry as it was posted, with the balances after it."""

    entry_id: int
    balances: Mapping[AccountKey, int]


HOLDING: Mapping[Purpose, Operation] = {"casino": "bet", "trade": "trade", "duel": "stake"}
PAYING: Mapping[Purpose, Operation] = {"casino": "payout", "trade": "trade", "duel": "win"}


def pair(
    gives: AccountKey, takes: AccountKey, amount: int, *, operation: Operation
) -> tuple[Leg, Leg]:
    """The legs of an amount that goes from one account to another."""
    return Leg(gives, -amount, operation), Leg(takes, amount, operation)


def tax_of(amount: int, percent: int) -> int:
    """What of a transfer is burnt, in whole smallest units, rounded in favour of people."""
    return amount * percent // 100


def room_for(amount: int, balance: int, most: int) -> int:
    """What of an amount a wallet takes that is to hold no more than `most`."""
    return max(min(amount, most - balance), 0)


DAY = timedelta(days=1)
STREAKS = ((100, 30), (60, 25), (30, 20), (14, 15), (7, 12))
"""From how many days in a row on the daily is multiplied, and by how many tenths."""


@dataclass(frozen=True, slots=True)
class Daily:
    """Daily of somebody: when the next may be taken, and the days in a row so far."""

    next_at: datetime | None
    streak: int

    def taken(self, now: datetime) -> "Daily | None":
        """As it is once it is taken now; None where it may not be taken yet.

        The next may be taken a day later. The streak goes on where that is done within another
        day, so within 48 hours of this one; else it begins anew. All of it is counted in UTC from
        the moment it was taken, so no time zone or change of clocks moves it.
        """
        if self.next_at is not None and now < self.next_at:
            return None
        goes_on = self.next_at is not None and now < self.next_at + DAY
        return Daily(now + DAY, self.streak + 1 if goes_on else 1)

    def pays(self, amount: int) -> int:
        """What it pays of the plain amount, by its streak; whole units, rounded down."""
        tenths = next((tenths for days, tenths in STREAKS if self.streak >= days), 10)
        return amount * tenths // 10


def talking(voice: VoiceActivity) -> list[int]:
    """Who in a voice channel talks with somebody: two people at least who hear and are heard."""
    heard = [
        one.user_id
        for one in voice.people
        if not (one.is_bot or one.is_muted or one.is_deafened or voice.is_afk)
    ]
    return heard if len(heard) > 1 else []
