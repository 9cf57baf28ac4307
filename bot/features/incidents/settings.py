"""Settings of the incidents' log."""

from typing import Literal

from pydantic import Field

from bot.settings import ChannelId, FeatureSettings
from bot.texts import N_

Undoers = Literal["moderators", "managers", "administrators"]

PERMISSIONS: dict[Undoers, str] = {
    "moderators": "moderate_members",
    "managers": "manage_guild",
    "administrators": "administrator",
}
"""What lets somebody undo, by Discord's names."""


class IncidentsSettings(FeatureSettings):
    """Settings that all protections share in one guild."""

    feature = "incidents"
    title = N_("Log of the protections")

    log_channel_id: ChannelId = Field(
        default=None,
        description=N_("Where protections say what they did; none for the channel for notices"),
    )
    may_undo: Undoers = Field(
        default="moderators", description=N_("Who may undo what a protection did")
    )

    @property
    def undo_permission(self) -> str:
        """Discord's name of the permission that undoing takes."""
        return PERMISSIONS[self.may_undo]
