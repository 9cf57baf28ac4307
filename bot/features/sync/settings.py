"""Settings of sync: what holds for all of a guild's networks."""

from pydantic import Field

from bot.settings import FeatureSettings
from bot.texts import N_


class SyncSettings(FeatureSettings):
    """What the feature does in one guild."""

    feature = "sync"
    title = N_("Shared punishments")

    enabled: bool = Field(
        default=False,
        description=N_("Share punishments with servers of a network, and take theirs"),
    )
    follows_lifts: bool = Field(
        default=True,
        description=N_("Lift what was taken over when the server that began it lifts its own"),
    )
    shows_name: bool = Field(
        default=True, description=N_("Tell the others of a network what this server is called")
    )
