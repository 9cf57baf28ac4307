"""Settings of the audit."""

from pydantic import Field

from bot.catalogue.security import Severity
from bot.settings import ChannelId, FeatureSettings
from bot.texts import N_

LONGEST_DAYS = 365


class AuditSettings(FeatureSettings):
    """Settings of the feature in one guild."""

    feature = "audit"
    title = N_("Audit")

    log_channel_id: ChannelId = Field(
        default=None, description=N_("Where entries are posted; none for no posts")
    )
    log_severity: Severity = Field(
        default="warn", description=N_("The least severity of entries that are posted")
    )
    send_severity: Severity = Field(
        default="info", description=N_("The least severity of entries that are sent to webhooks")
    )
    keep_days: int = Field(
        default=LONGEST_DAYS,
        ge=1,
        le=LONGEST_DAYS,
        description=N_("Days that entries are kept, as far as this bot keeps them at all"),
    )
