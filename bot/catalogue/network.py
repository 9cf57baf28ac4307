"""Events of the network: warnings about people from one server to the others."""

from typing import Annotated

from pydantic import Field

from bot.catalogue.base import Count, Event, Snowflake, Text


class NetworkHit(Event):
    type = "network.hit"
    feature = "network"
    about = "Somebody on the server was reported by other servers of the network."
    notes = "Sent when they join, and for a member when a report is approved."
    example = {
        "user_id": "234567890123456789",
        "trust_score": 22,
        "approved_report_count": 3,
        "top_category": "scam",
        "top_severity": "high",
        "summary": "3 approved reports, most of them for scam.",
    }

    user_id: Snowflake = Field(description="Who it is about.")
    trust_score: Annotated[Count, Field(le=100)] = Field(description="0 to 100; low is bad.")
    approved_report_count: Annotated[Count, Field(ge=1)] = Field(
        description="How many reports were approved and are not too old."
    )
    top_category: Text = Field(description="What most of the reports are about.")
    top_severity: Text = Field(description="The worst severity among them.")
    summary: Text = Field(description="One sentence for people to read.")
