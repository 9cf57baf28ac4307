"""Model of a trade: what each side gives, and when both have agreed to the same thing."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import UserError
from bot.texts import _
from bot.user_text import clean_line, clean_paragraphs, clip

GOOD_LIMIT = 200


class TradeState(StrEnum):
    """State of a trade: `agreed` from the second confirmation until the money has moved."""

    OPEN = "open"
    AGREED = "agreed"
    COMPLETED = "completed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    LEFT = "left"

    @property
    def has_ended(self) -> bool:
        return self not in STANDING


STANDING = (TradeState.OPEN, TradeState.AGREED)


@dataclass(frozen=True, slots=True)
class Offer:
    """What one side gives: an amount of a currency, or a good in words."""

    currency_id: int | None = None
    amount: int | None = None
    good: str | None = None

    def __post_init__(self) -> None:
        is_money = self.currency_id is not None and self.amount is not None
        if is_money == (self.good is not None) or (self.amount is not None and self.amount <= 0):
            raise ValueError(f"an offer is money or a good: {self}")


@dataclass(frozen=True, slots=True)
class TradeSide:
    """Side of a trade: who, what they give, and the hold on it since they confirmed."""

    user_id: int
    offer: Offer
    is_confirmed: bool
    hold_id: int | None


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade as it stands in its row; `version` counts what the two have been shown."""

    id: int
    guild_id: int
    channel_id: int
    creator: TradeSide
    counterparty: TradeSide
    version: int
    state: TradeState
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    ended_by_id: int | None

    @property
    def key(self) -> tuple[int, int]:
        """Under which one thing at a time is done about it."""
        return self.guild_id, self.id

    @property
    def sides(self) -> tuple[TradeSide, TradeSide]:
        return self.creator, self.counterparty

    @property
    def hold_ids(self) -> list[int]:
        """What is held for it."""
        return [one.hold_id for one in self.sides if one.hold_id is not None]

    def side_of(self, user_id: int) -> TradeSide:
        """Their side; a UserError for whoever has none."""
        for one in self.sides:
            if one.user_id == user_id:
                return one
        raise UserError(_("This trade is between two others."))

    def other(self, user_id: int) -> TradeSide:
        """The side across from theirs."""
        return self.counterparty if user_id == self.creator.user_id else self.creator


def good_of(typed: str) -> str:
    """A good as it is kept: one line; a UserError where nothing in it can be seen."""
    if not clean_paragraphs(typed):
        raise UserError(_("Say what the good is: some words that can be seen."))
    return clip(clean_line(typed), GOOD_LIMIT)
