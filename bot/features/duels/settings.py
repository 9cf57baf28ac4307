"""Settings of duels."""

from datetime import timedelta

from pydantic import Field

from bot.settings import FeatureSettings
from bot.texts import N_


class DuelsSettings(FeatureSettings):
    """Settings of the feature in one guild."""

    feature = "duels"
    title = N_("Duels")

    enabled: bool = Field(
        default=True, description=N_("Let members duel, where the economy is switched on")
    )
    turn_seconds: int = Field(
        default=120, ge=30, le=3600, description=N_("Seconds that both have for each round")
    )
    gives_back: int = Field(
        default=0, ge=0, le=100, description=N_("Percent of the loser's stake that they get back")
    )
    rated_per_day: int = Field(
        default=3,
        ge=0,
        le=100,
        description=N_("How many duels of the same two are rated in 24 hours; 0: none is"),
    )
    open_limit: int = Field(
        default=3, ge=1, le=25, description=N_("How many one person may have open")
    )
    cooldown_seconds: int = Field(
        default=30, ge=0, le=86_400, description=N_("Seconds between two challenges of one person")
    )
    keep_days: int = Field(
        default=180, ge=1, le=3650, description=N_("Days for which an ended duel is kept")
    )

    @property
    def cooldown(self) -> timedelta:
        """How long after a challenge the next may be made."""
        return timedelta(seconds=self.cooldown_seconds)
