"""Test event: a person sends it to see whether an endpoint works."""

from pydantic import Field

from bot.catalogue.base import Event, Moment, Snowflake, Text


class TestPing(Event):
    __test__ = False  # pytest would take the class for a test case

    type = "test.ping"
    feature = "endpoints"
    about = "A person tried the endpoint; it goes to that one endpoint only."
    notes = "It comes whatever the endpoint subscribes to, through the same queue as all else."
    example = {
        "message": "It works.",
        "sent_by_user_id": "456789012345678901",
        "sent_at": "2026-05-24T11:32:18+00:00",
    }

    message: Text = Field(description="A word of greeting.")
    sent_by_user_id: Snowflake = Field(description="Who pressed Test.")
    sent_at: Moment = Field(description="When.")
