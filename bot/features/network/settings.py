"""Settings of the network: what a server does about whom others have reported."""

from collections.abc import Callable, Mapping

from pydantic import Field

from bot.features.network.model import Tier, TierReaction
from bot.settings import FeatureSettings, RoleIds
from bot.texts import N_, _

NEEDED: Mapping[TierReaction, str] = {
    "kick": "kick_members",
    "ban": "ban_members",
    "quarantine": "manage_roles",
}


class NetworkSettings(FeatureSettings):
    """What the feature does in one guild."""

    feature = "network"
    title = N_("Network")

    enabled: bool = Field(
        default=False,
        description=N_("Report people, and hear of those whom other servers have reported"),
    )
    severe: TierReaction = Field(
        default="log", description=N_("What to do about a trust score of 0 to 30")
    )
    serious: TierReaction = Field(
        default="log", description=N_("What to do about a trust score of 31 to 60")
    )
    watch: TierReaction = Field(
        default="log", description=N_("What to do about a trust score of 61 to 100")
    )
    exempt_role_ids: RoleIds = Field(
        default=(), description=N_("Roles whose members are never acted on, only logged")
    )

    def asks(self, permission: str) -> bool:
        """Whether a tier does what takes that permission."""
        chosen: set[TierReaction] = {self.severe, self.serious, self.watch}
        return permission in {NEEDED.get(one) for one in chosen}

    def reaction(self, tier: Tier) -> TierReaction:
        """What the guild has chosen for that tier."""
        chosen: dict[Tier, TierReaction] = {
            "severe": self.severe,
            "serious": self.serious,
            "watch": self.watch,
        }
        return chosen[tier]


def nobody_reviews() -> str:
    """Why nothing goes on where the configuration names nobody."""
    return _(
        "Nobody reviews reports here. Whoever runs this bot names them in its configuration: "
        "`network.reviewers`, `network.guild_id` and `network.channel_id`."
    )


def refusal(*, is_ready: bool) -> Callable[[NetworkSettings, NetworkSettings], str | None]:
    """Whether it can be switched on: only where somebody reviews."""

    def refuse(before: NetworkSettings, after: NetworkSettings) -> str | None:
        is_begun = after.enabled and not before.enabled
        return nobody_reviews() if is_begun and not is_ready else None

    return refuse
