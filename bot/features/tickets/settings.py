"""Settings of tickets that hold for every type."""

from pydantic import Field

from bot.settings import ChannelId, FeatureSettings, FilesChannelId
from bot.texts import N_


class TicketsSettings(FeatureSettings):
    """Settings of the feature in one guild."""

    feature = "tickets"
    title = N_("Tickets")

    enabled: bool = Field(default=True, description=N_("Let people open tickets"))
    log_channel_id: FilesChannelId = Field(
        default=None, description=N_("Where the staff find closed tickets and their transcripts")
    )
    staff_channel_id: ChannelId = Field(
        default=None, description=N_("Where the staff are told of tickets that wait too long")
    )
    sends_transcript: bool = Field(
        default=True, description=N_("Send the opener a transcript when a ticket is closed")
    )
    asks_rating: bool = Field(default=True, description=N_("Ask the opener for a rating"))
    closes_on_leave: bool = Field(
        default=True, description=N_("Close the tickets of somebody who leaves the server")
    )
    delete_after_hours: int = Field(
        default=0,
        ge=0,
        le=24 * 90,
        description=N_("Hours after closing until the channel is deleted; 0 is never"),
    )
    keep_days: int = Field(
        default=180,
        ge=1,
        le=3650,
        description=N_("Days for which the messages of closed tickets are kept"),
    )
