"""Settings of the casino: which games there are, and within what bounds people play them."""

from pydantic import Field

from bot.settings import FeatureSettings
from bot.texts import N_, _

MOST = 10**9  # coins


class CasinoSettings(FeatureSettings):
    """Settings of the feature in one guild; amounts are whole coins of whichever currency."""

    feature = "casino"
    title = N_("Casino")

    enabled: bool = Field(default=False, description=N_("Let people play for money"))
    coin: bool = Field(default=True, description=N_("Offer the coin flip"))
    dice: bool = Field(default=True, description=N_("Offer the dice"))
    slots: bool = Field(default=True, description=N_("Offer the slot machine"))
    roulette: bool = Field(default=True, description=N_("Offer roulette"))
    blackjack: bool = Field(default=True, description=N_("Offer blackjack"))
    min_bet: int = Field(default=10, ge=1, le=MOST, description=N_("The least stake, in coins"))
    max_bet: int = Field(default=1_000, ge=1, le=MOST, description=N_("The most, in coins"))
    cooldown_seconds: int = Field(
        default=3, ge=0, le=86_400, description=N_("Seconds between two rounds of one person")
    )
    daily_loss: int = Field(
        default=10_000,
        ge=0,
        le=MOST,
        description=N_("Coins that one person may lose in 24 hours; 0 is without a limit"),
    )

    def offers(self, game: str) -> bool:
        """Whether the game of that name is played here."""
        return self.enabled and bool(getattr(self, game))


def refusal(_before: CasinoSettings, after: CasinoSettings) -> str | None:
    """Why these cannot be chosen."""
    if after.min_bet > after.max_bet:
        return _("The least stake would be above the most: change the other one first.")
    return None
