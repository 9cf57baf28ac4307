"""Settings of the economy: what a guild chooses about its money."""

from pydantic import Field

from bot.money import MOST, Currency
from bot.settings import FeatureSettings
from bot.texts import N_, _


class EconomySettings(FeatureSettings):
    """What the feature does in one guild; amounts are in whole units of the default currency."""

    feature = "economy"
    title = N_("Economy")

    enabled: bool = Field(
        default=False, description=N_("Let people earn, keep and give one another money")
    )
    message_least: int = Field(
        default=5, ge=0, le=10_000, description=N_("What a message earns at least")
    )
    message_most: int = Field(
        default=10, ge=0, le=10_000, description=N_("What a message earns at most; 0 for nothing")
    )
    message_wait_seconds: int = Field(
        default=60, ge=5, le=86_400, description=N_("Seconds until the next message earns again")
    )
    voice_amount: int = Field(
        default=0, ge=0, le=10_000, description=N_("What a minute in voice earns; 0 for nothing")
    )
    daily_amount: int = Field(
        default=100, ge=0, le=1_000_000, description=N_("What /daily pays; 0 switches it off")
    )
    transfer_tax: int = Field(
        default=0,
        ge=0,
        le=50,
        description=N_("Percent of a payment that nobody gets"),
    )
    max_balance: int = Field(
        default=MOST, ge=1, le=MOST, description=N_("What nobody can earn or be paid beyond")
    )
    resets_on_leave: bool = Field(
        default=False, description=N_("Empty the wallets of whoever leaves or is banned")
    )
    ledger_days: int = Field(
        default=365, ge=0, le=3650, description=N_("Days that the ledger is kept; 0 for ever")
    )

    def most_of(self, currency: Currency) -> int:
        """What a wallet may be brought to, in that currency's smallest unit."""
        return self.max_balance * currency.unit


def refusal(_before: EconomySettings, after: EconomySettings) -> str | None:
    """Says which of two amounts has to be chosen first."""
    if 0 < after.message_most < after.message_least:
        return _("A message would earn more at least than at most: change the other one first.")
    return None
