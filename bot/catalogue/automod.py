"""Events of automod: rules that act by themselves."""

from pydantic import Field

from bot.catalogue.base import Event, OwnId, Snowflake, Text


class AutomodTriggered(Event):
    type = "automod.triggered"
    feature = "automod"
    about = "An automatic rule acted, one of Herald's or one of Discord's."
    notes = (
        "A rule of Discord's own AutoMod has a number of Herald's in `rule_id` and its own id in "
        "`native_rule_id`. One message is one event, however many actions it brought."
    )
    example = {
        "rule_id": 6,
        "category": "links",
        "user_id": "234567890123456789",
        "channel_id": "678901234567890123",
        "message_id": "789012345678901234",
        "action_taken": "delete_and_warn",
        "native_rule_id": None,
    }

    rule_id: OwnId = Field(description="Herald's number of the rule.")
    category: Text = Field(description="What kind of rule.")
    user_id: Snowflake = Field(description="Whom it caught.")
    channel_id: Snowflake | None = Field(default=None, description="Where; null on joining.")
    message_id: Snowflake | None = Field(default=None, description="The message, if it was one.")
    action_taken: Text = Field(description="What was done, in order, joined with `_and_`.")
    native_rule_id: Snowflake | None = Field(
        default=None, description="Discord's id of the rule, where it is Discord's own."
    )
