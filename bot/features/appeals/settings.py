"""Settings of appeals: what a guild chooses about them."""

from collections.abc import Callable

from pydantic import Field, field_validator

from bot.features.appeals.answers import QUESTION_LIMIT, QUESTIONS
from bot.settings import ChannelId, FeatureSettings, InviteChannelId
from bot.texts import N_, _
from bot.user_text import clean_line

ASKS = N_("A question of yours to the person; with one or more, they replace the empty page")


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
    first_wait_days: int = Field(
        default=0, ge=0, le=365, description=N_("Days after the decision before the first appeal")
    )
    invite_channel_id: InviteChannelId = Field(
        default=None,
        description=N_("Where an invite leads that comes with a lifted ban; none for no invite"),
    )
    question_1: str | None = Field(default=None, max_length=QUESTION_LIMIT, description=ASKS)
    question_2: str | None = Field(
        default=None, max_length=QUESTION_LIMIT, description=N_("Your question 2; none for no more")
    )
    question_3: str | None = Field(
        default=None, max_length=QUESTION_LIMIT, description=N_("Your question 3; none for no more")
    )
    question_4: str | None = Field(
        default=None, max_length=QUESTION_LIMIT, description=N_("Your question 4; none for no more")
    )
    question_5: str | None = Field(
        default=None, max_length=QUESTION_LIMIT, description=N_("Your question 5; none for no more")
    )

    @field_validator(*(f"question_{number}" for number in range(1, QUESTIONS + 1)), mode="before")
    @classmethod
    def _one_line(cls, text: object) -> object:
        return (clean_line(text) or None) if isinstance(text, str) else text

    @property
    def questions(self) -> tuple[str, ...]:
        """What is asked, in order; without any, one message is."""
        asked = (
            self.question_1,
            self.question_2,
            self.question_3,
            self.question_4,
            self.question_5,
        )
        return tuple(filter(None, asked))


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
