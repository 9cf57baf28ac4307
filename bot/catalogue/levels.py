"""Events of levels: rewards that members earn by taking part."""

from typing import Self

from pydantic import Field, model_validator

from bot.catalogue.base import Count, Event, Snowflake


class XpLevelUp(Event):
    type = "xp.level_up"
    feature = "levels"
    about = "Somebody reached a higher level."
    notes = "Several levels at once are one event. Losing a level sends nothing."
    example = {
        "user_id": "234567890123456789",
        "old_level": 4,
        "new_level": 5,
        "total_xp": 1124,
    }

    user_id: Snowflake = Field(description="Who rose.")
    old_level: Count = Field(description="The level before.")
    new_level: Count = Field(description="The level now; always above `old_level`.")
    total_xp: Count = Field(description="All experience points earned so far.")

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if self.new_level <= self.old_level:
            raise ValueError("new_level is not above old_level")
        return self
