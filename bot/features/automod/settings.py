"""Settings of automod."""

from pydantic import Field

from bot.settings import ChannelId, FeatureSettings, RoleId, RoleIds
from bot.texts import N_


class AutomodSettings(FeatureSettings):
    """Settings of automod in one guild; what the rules look for stands in the rules."""

    feature = "automod"
    title = N_("Automod")

    enabled: bool = Field(default=False, description=N_("Whether the rules act"))
    spare_staff: bool = Field(
        default=True, description=N_("Leave alone whoever may delete others' messages")
    )
    exempt_role_ids: RoleIds = Field(
        default=(), description=N_("Roles whose members no rule is about")
    )
    alert_channel_id: ChannelId = Field(
        default=None,
        description=N_("Where the staff are called; none for the channel for notices"),
    )
    alert_role_id: RoleId = Field(
        default=None, description=N_("The role that an alert calls, or none")
    )
    burst_seconds: int = Field(
        default=30,
        ge=5,
        le=600,
        description=N_("How long one person's messages count as one burst, in seconds"),
    )
    native: bool = Field(
        default=True, description=N_("Tell of what Discord's own AutoMod did as well")
    )
