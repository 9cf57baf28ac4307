"""Events of giveaways: prizes and their winners."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.catalogue.base import Count, Event, Moment, OwnId, Snowflake, Text


class GiveawayCreated(Event):
    type = "giveaway.created"
    feature = "giveaways"
    about = "A giveaway was set up; it may open later."
    notes = "Sent when it is scheduled, not when it opens: `starts_at` says when that is."
    example = {
        "giveaway_id": 9,
        "prize": "A signed print",
        "winner_count": 2,
        "channel_id": "678901234567890123",
        "created_by_id": "456789012345678901",
        "starts_at": "2026-05-24T12:00:00+00:00",
        "ends_at": "2026-05-31T12:00:00+00:00",
        "required_role_ids": ["890123456789012345"],
        "min_level": 5,
    }

    giveaway_id: OwnId = Field(description="Herald's number of the giveaway.")
    prize: Text = Field(description="What can be won.")
    winner_count: Annotated[Count, Field(ge=1)] = Field(description="How many can win.")
    channel_id: Snowflake = Field(description="Where it is held.")
    created_by_id: Snowflake = Field(description="Who set it up.")
    starts_at: Moment = Field(description="When it opens.")
    ends_at: Moment = Field(description="When it is drawn.")
    required_role_ids: tuple[Snowflake, ...] = Field(description="Roles needed to enter; or none.")
    min_level: Count | None = Field(default=None, description="The level needed, if one is.")

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise ValueError("ends_at is not after starts_at")
        return self


class GiveawayEnded(Event):
    type = "giveaway.ended"
    feature = "giveaways"
    about = "A giveaway was drawn."
    notes = "`winner_ids` is empty where nobody could win."
    example = {
        "giveaway_id": 9,
        "winner_ids": ["234567890123456789", "345678901234567890"],
        "entry_count": 73,
    }

    giveaway_id: OwnId = Field(description="Herald's number of the giveaway.")
    winner_ids: tuple[Snowflake, ...] = Field(description="Who won.")
    entry_count: Count = Field(description="How many people had entered.")


class GiveawayRerolled(Event):
    type = "giveaway.rerolled"
    feature = "giveaways"
    about = "Winners of a giveaway were drawn anew."
    example = {
        "giveaway_id": 9,
        "winner_ids": ["901234567890123456"],
        "previous_winner_ids": ["234567890123456789", "345678901234567890"],
        "entry_count": 73,
        "rerolled_by_id": "456789012345678901",
    }

    giveaway_id: OwnId = Field(description="Herald's number of the giveaway.")
    winner_ids: tuple[Snowflake, ...] = Field(description="Who won this time.")
    previous_winner_ids: tuple[Snowflake, ...] = Field(description="Who had won before.")
    entry_count: Count = Field(description="How many people had entered.")
    rerolled_by_id: Snowflake = Field(description="Who asked for it.")
