"""Model of the settings that belong to no single feature."""

from pydantic import Field

from bot.settings import ChannelId, FeatureSettings
from bot.texts import N_


class GeneralSettings(FeatureSettings):
    """Settings that belong to no single feature."""

    feature = "general"
    title = N_("General")

    notice_channel_id: ChannelId = Field(
        default=None, description=N_("Where the bot tells the staff what they must know")
    )
