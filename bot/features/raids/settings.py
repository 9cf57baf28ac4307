"""Settings of raids."""

from datetime import timedelta
from typing import Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from bot.settings import FeatureSettings
from bot.texts import N_, _

RaidAction = Literal["quarantine", "kick", "ban", "alert"]
INVITES = 25
FEWEST_JOINS, JOINS_A_MINUTE = 5, 10
"""Below these people who know nothing of one another join a server, and would be sent away."""
LONGEST_COOLDOWN = 3600


def read_invites(text: str | None) -> frozenset[str]:
    """Codes of invites, from codes and addresses with anything blank or a comma between."""
    parts = (text or "").replace(",", " ").replace(";", " ").split()
    return frozenset(one.rstrip("/").rsplit("/", 1)[-1] for one in parts)


class RaidsSettings(FeatureSettings):
    """Settings of the feature in one guild."""

    feature = "raids"
    title = N_("Raids")

    enabled: bool = Field(default=False, description=N_("Watch for many people joining at once"))
    joins: int = Field(
        default=8, ge=2, le=200, description=N_("So many joins within the window are a raid")
    )
    window_seconds: int = Field(
        default=10,
        ge=2,
        le=300,
        description=N_("The window of the count, in seconds"),
    )
    account_days: int = Field(
        default=30,
        ge=0,
        le=3650,
        description=N_("Only accounts younger than so many days count; 0 counts every account"),
    )
    cooldown_seconds: int = Field(
        default=300,
        ge=30,
        le=86_400,
        description=N_("A raid is over after so many seconds without another join that counts"),
    )
    action: RaidAction = Field(
        default="quarantine", description=N_("What is done to everyone who came with the raid")
    )
    lockdown: bool = Field(
        default=False,
        description=N_("While a raid lasts, let nobody without a role write or speak in channels"),
    )
    pause_minutes: int = Field(
        default=0,
        ge=0,
        le=1440,
        description=N_("Pause all invites for so many minutes at most; 0 leaves them open"),
    )
    exempt_bots: bool = Field(
        default=True, description=N_("Bots that somebody adds are no part of a raid")
    )
    exempt_returning: bool = Field(
        default=False, description=N_("Those who were members before are no part of a raid")
    )
    allowed_invites: str | None = Field(
        default=None,
        max_length=400,
        description=N_("Invites whose people are no part of a raid, such as that of your staff"),
    )

    @field_validator("allowed_invites")
    @classmethod
    def _readable(cls, text: str | None) -> str | None:
        if len(read_invites(text)) > INVITES:
            problem = _("there can be {count} invites").format(count=INVITES)
            raise PydanticCustomError("unread", "{message}", {"message": problem})
        return text

    @property
    def window(self) -> timedelta:
        """In which joins are counted."""
        return timedelta(seconds=self.window_seconds)

    @property
    def cooldown(self) -> timedelta:
        """How long a raid lasts after its last join."""
        return timedelta(seconds=self.cooldown_seconds)

    @property
    def invites(self) -> frozenset[str]:
        """The codes that are allowed."""
        return read_invites(self.allowed_invites)


def refusal(_before: RaidsSettings, after: RaidsSettings) -> str | None:
    """Why these would send away people who just join; None where they would not."""
    if after.action not in ("kick", "ban"):
        return None
    is_slow = after.joins * 60 < JOINS_A_MINUTE * after.window_seconds
    if after.joins < FEWEST_JOINS or is_slow:
        text = _(
            "This would send away people who join as on any day: with kick or ban, let a raid "
            "take {joins} joins at least, and {rate} a minute, or choose quarantine."
        )
        return text.format(joins=FEWEST_JOINS, rate=JOINS_A_MINUTE)
    if after.cooldown_seconds > LONGEST_COOLDOWN:
        text = _(
            "With kick or ban a raid ends after {seconds} seconds without another join at the "
            "latest: else whoever comes during a whole day is sent away. Or choose quarantine."
        )
        return text.format(seconds=LONGEST_COOLDOWN)
    return None
