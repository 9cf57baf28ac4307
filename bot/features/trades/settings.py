"""Settings of trades."""

from datetime import timedelta

from pydantic import Field

from bot.settings import FeatureSettings
from bot.texts import N_


class TradesSettings(FeatureSettings):
    """Settings of the feature in one guild."""

    feature = "trades"
    title = N_("Trades")

    enabled: bool = Field(
        default=True, description=N_("Let members trade, where the economy is switched on")
    )
    expiry_hours: int = Field(
        default=24, ge=1, le=720, description=N_("Hours until a trade that nobody ended expires")
    )
    open_limit: int = Field(
        default=5, ge=1, le=25, description=N_("How many one person may have open")
    )
    keep_days: int = Field(
        default=180, ge=1, le=3650, description=N_("Days for which an ended trade is kept")
    )

    @property
    def expires(self) -> timedelta:
        """How long a trade stands after its last change."""
        return timedelta(hours=self.expiry_hours)
