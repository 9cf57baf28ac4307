"""Settings of giveaways."""

from datetime import timedelta

from pydantic import Field

from bot.settings import FeatureSettings
from bot.texts import N_


class GiveawaysSettings(FeatureSettings):
    """Settings of the feature in one guild."""

    feature = "giveaways"
    title = N_("Giveaways")

    enabled: bool = Field(default=True, description=N_("Let the staff hold giveaways"))
    tells_winners: bool = Field(
        default=True, description=N_("Write winners a direct message, besides calling them")
    )
    keep_days: int = Field(
        default=180,
        ge=1,
        le=3650,
        description=N_("Days for which an ended giveaway, and the proof of its draw, is kept"),
    )

    @property
    def keeps(self) -> timedelta:
        """For how long."""
        return timedelta(days=self.keep_days)
