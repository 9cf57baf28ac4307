"""Settings of appeals: what a guild chooses about them."""

from collections.abc import Callable

from pydantic import Field

from bot.settings import ChannelId, FeatureSettings
from bot.texts import N_, _


class AppealsSettings(FeatureSettings):
    """What the feature does in one guild."""

    feature = "appeals"
    title = N_("Appeals")

    enabled: bool = Field(
        default=False,
        description=N_("Let people appeal bans, timeouts and mutes through a private link"),
    )
    channel_id: ChannelId = Field(
        default=None, description=N_("Where the staff decide about appeals; needed for any")
    )
    link_days: int = Field(
        default=30, ge=1, le=365, description=N_("For how many days a private link works")
    )
    wait_days: int = Field(
        default=30, ge=0, le=365, description=N_("Days after a denial before the next appeal")
    )
    attempts: int = Field(
        default=3, ge=1, le=10, description=N_("How often one case can be appealed")
    )


def refusal(*, is_reachable: bool) -> Callable[[AppealsSettings, AppealsSettings], str | None]:
    """Says what is missing; a feature that is on and cannot work would look as if it did."""

    def missing(before: AppealsSettings, after: AppealsSettings) -> str | None:
        if not after.enabled:
            return None
        if after.channel_id is None and before.enabled:
            return _("Switch appeals off before you take their channel away.")
        if after.channel_id is None:
            return _("Choose a channel for the staff's cards first, then switch appeals on.")
        if before.enabled or is_reachable:
            return None
        return _(
            "People appeal on a page of mine that has no public address yet: ask whoever runs "
            "this bot to set `web.public_url`, then switch appeals on."
        )

    return missing
