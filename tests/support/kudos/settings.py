"""Settings of kudos."""

from pydantic import Field

from bot.settings import FeatureSettings


class KudosSettings(FeatureSettings):
    """Settings of the feature in one guild."""

    feature = "kudos"
    title = "Kudos"

    enabled: bool = Field(default=True, description="Let people thank one another")
    lasts_days: int = Field(default=30, ge=1, le=365, description="Days that a thank-you counts")
