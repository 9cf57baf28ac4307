"""Events of duels: games between two members for a stake."""

from pydantic import Field

from bot.catalogue.base import Count, Decimals, Event, Moment, OwnId, Snowflake


class DuelFinished(Event):
    type = "duel.finished"
    feature = "duels"
    about = "A duel was won."
    notes = "A draw gives both stakes back and sends nothing."
    example = {
        "duel_id": 23,
        "winner_id": "234567890123456789",
        "loser_id": "345678901234567890",
        "stake": 100,
        "currency_id": 1,
        "finished_at": "2026-05-24T11:32:18+00:00",
        "decimals": 0,
    }

    duel_id: OwnId = Field(description="Herald's number of the duel.")
    winner_id: Snowflake = Field(description="Who won.")
    loser_id: Snowflake = Field(description="Who lost.")
    stake: Count = Field(description="What each had staked, in the currency's smallest unit.")
    currency_id: OwnId = Field(description="Herald's number of the currency.")
    finished_at: Moment = Field(description="When it was decided.")
    decimals: Decimals = Field(description="Digits behind the point of `stake`.")
