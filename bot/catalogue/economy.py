"""Events of the economy: every change of a wallet."""

from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from bot.catalogue.base import ComesWith, Count, Decimals, Event, Money, OwnId, Snowflake, Text

BalanceSource = Literal[
    "message_earn",
    "voice_earn",
    "daily",
    "transfer",
    "casino",
    "admin",
    "api",
    "trade",
    "duel",
]
Operation = Literal[
    "message",
    "voice",
    "daily",
    "transfer_in",
    "transfer_out",
    "bet",
    "payout",
    "stake",
    "win",
    "refund",
    "trade",
    "admin",
    "incoming",
]


def _not_zero(amount: int) -> int:
    if amount == 0:
        raise ValueError("a change of zero is no change")
    return amount


class BalanceChanged(Event):
    type = "economy.balance_changed"
    feature = "economy"
    comes_with: ClassVar[ComesWith] = {
        "source": {"casino": "casino", "api": "incoming", "trade": "trades", "duel": "duels"},
        "operation": {
            "bet": "casino",
            "payout": "casino",
            "stake": "duels",
            "win": "duels",
            "refund": "duels",
            "trade": "trades",
            "incoming": "incoming",
        },
    }
    about = "The money in somebody's wallet changed."
    notes = (
        "One event for every row of the ledger: both sides of a transfer, a bet and its payout, "
        "a stake taken, won or given back. Money that is held for a trade or a duel has left "
        "`balance`, which is what can be spent."
    )
    example = {
        "user_id": "234567890123456789",
        "delta": 250,
        "balance": 1900,
        "reason": "Quiz night",
        "source": "transfer",
        "operation": "transfer_in",
        "currency_id": 1,
        "decimals": 0,
    }

    user_id: Snowflake = Field(description="Whose wallet.")
    delta: Annotated[Money, AfterValidator(_not_zero)] = Field(
        description="The change, in the currency's smallest unit; never zero.",
        json_schema_extra={"not": {"const": 0}},
    )
    balance: Count = Field(description="What can be spent now, in the same unit.")
    reason: Text | None = Field(default=None, description="Why; null where nobody said.")
    source: BalanceSource = Field(description="What brought the change about.")
    operation: Operation = Field(description="Which side of it this is.")
    currency_id: OwnId = Field(description="Herald's number of the currency.")
    decimals: Decimals = Field(description="Digits behind the point: 2 means that 250 is 2.50.")
