"""Events of trades: exchanges between two members."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.catalogue.base import Decimals, Event, Moment, Money, OwnId, Snowflake, Text

Offered = Annotated[Money, Field(ge=1)]


class TradeCompleted(Event):
    type = "trade.completed"
    feature = "trades"
    about = "Two members exchanged money or goods."
    notes = (
        "The plain keys say what the creator gave, those with `counter_` what the other gave. "
        "Each side is money (currency, amount and decimals) or a good in words; the rest is "
        "null."
    )
    example = {
        "trade_id": 77,
        "creator_id": "234567890123456789",
        "counterparty_id": "345678901234567890",
        "currency_id": 1,
        "amount": 500,
        "counter_currency_id": None,
        "counter_amount": None,
        "good": None,
        "counter_good": "A painted banner",
        "completed_at": "2026-05-24T11:32:18+00:00",
        "decimals": 0,
        "counter_decimals": None,
    }

    trade_id: OwnId = Field(description="Herald's number of the trade.")
    creator_id: Snowflake = Field(description="Who proposed it.")
    counterparty_id: Snowflake = Field(description="Who agreed to it.")
    currency_id: OwnId | None = Field(default=None, description="The creator's currency.")
    amount: Offered | None = Field(default=None, description="How much, in its smallest unit.")
    counter_currency_id: OwnId | None = Field(default=None, description="The other's currency.")
    counter_amount: Offered | None = Field(
        default=None, description="How much, in its smallest unit."
    )
    good: Text | None = Field(default=None, description="What the creator gave instead of money.")
    counter_good: Text | None = Field(default=None, description="What the other gave instead.")
    completed_at: Moment = Field(description="When both had confirmed.")
    decimals: Decimals | None = Field(
        default=None, description="Digits behind the point of `amount`."
    )
    counter_decimals: Decimals | None = Field(
        default=None, description="Digits behind the point of `counter_amount`."
    )

    @model_validator(mode="after")
    def _each_side_is_money_or_a_good(self) -> Self:
        for money, good in (
            ((self.currency_id, self.amount, self.decimals), self.good),
            (
                (self.counter_currency_id, self.counter_amount, self.counter_decimals),
                self.counter_good,
            ),
        ):
            known = [part is not None for part in money]
            if any(known) and (not all(known) or good is not None):
                raise ValueError("a side gives a whole amount of money, or a good")
        return self
