"""What is needed before appeals can be switched on."""

from collections.abc import Callable

from bot.features.appeals.settings import AppealsSettings
from bot.texts import _


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
