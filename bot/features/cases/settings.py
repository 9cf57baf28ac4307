"""Settings of cases: what a guild chooses about them."""

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from bot.errors import UserError
from bot.features.cases.ladder import DEFAULT, Rung, parse_ladder
from bot.settings import ChannelId, FeatureSettings, RoleId
from bot.texts import N_


class CasesSettings(FeatureSettings):
    """What the feature does in one guild."""

    feature = "cases"
    title = N_("Moderation cases")

    enabled: bool = Field(default=True, description=N_("Offer the moderation commands"))
    log_channel_id: ChannelId = Field(
        default=None, description=N_("Where each case is logged; none for no log")
    )
    letters: bool = Field(
        default=True, description=N_("Tell people by direct message what was decided, and why")
    )
    mute_role_id: RoleId = Field(
        default=None, description=N_("The role that keeps muted people from writing and speaking")
    )
    quarantine_role_id: RoleId = Field(
        default=None, description=N_("The one role of people in quarantine")
    )
    ladder: str = Field(
        default=DEFAULT,
        max_length=400,
        description=N_("What follows on warnings, such as “3 in 14d: timeout 24h; 5 in 30d: ban”"),
    )

    @field_validator("ladder")
    @classmethod
    def _readable(cls, text: str) -> str:
        try:
            parse_ladder(text)
        except UserError as error:
            raise PydanticCustomError("ladder", "{message}", {"message": str(error)}) from None
        return text

    @property
    def rungs(self) -> tuple[Rung, ...]:
        return parse_ladder(self.ladder)
