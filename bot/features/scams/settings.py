"""Settings of scams: what a guild chooses about pictures."""

from datetime import timedelta

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from bot.durations import parse_duration
from bot.errors import UserError
from bot.features.scams.model import Sensitivity
from bot.settings import ChannelId, FeatureSettings, RoleIds
from bot.texts import N_, _

LONGEST = timedelta(days=28)
SHORTEST = timedelta(minutes=1)


class ScamsSettings(FeatureSettings):
    """What the feature does in one guild."""

    feature = "scams"
    title = N_("Scam pictures")

    enabled: bool = Field(default=False, description=N_("Look at pictures for scams"))
    sensitivity: Sensitivity = Field(
        default="medium",
        description=N_("From what on it acts: low when it is sure, high on any likeness"),
    )
    deletes: bool = Field(
        default=True, description=N_("Delete the messages, a whole burst at once")
    )
    timeout: str | None = Field(
        default="1d",
        max_length=40,
        description=N_("How long the account is timed out, such as “1d”; none for not at all"),
    )
    tells: bool = Field(
        default=True,
        description=N_("Tell the person that their account may be taken over, and how to mend it"),
    )
    asks_others: bool = Field(
        default=True,
        description=N_("Show staff also what only other servers know as a scam; it never punishes"),
    )
    review_channel_id: ChannelId = Field(
        default=None,
        description=N_(
            "Where staff confirm or dismiss what was found; none for the notice channel"
        ),
    )
    exempt_role_ids: RoleIds = Field(
        default=(), description=N_("Roles whose pictures are not looked at")
    )
    exempt_users: str | None = Field(
        default=None,
        max_length=400,
        description=N_("Ids of people whose pictures are not looked at, with spaces between"),
    )

    @field_validator("timeout")
    @classmethod
    def _readable(cls, text: str | None) -> str | None:
        if text:
            try:
                lasts = parse_duration(text)
            except UserError as error:
                raise PydanticCustomError("unread", "{message}", {"message": str(error)}) from None
            if not SHORTEST <= lasts <= LONGEST:
                message = _("a timeout lasts from one minute to 28 days")
                raise PydanticCustomError("length", "{message}", {"message": message})
        return text

    @field_validator("exempt_users")
    @classmethod
    def _ids(cls, text: str | None) -> str | None:
        if any(not one.isdecimal() for one in (text or "").replace(",", " ").split()):
            message = _("write ids, which are numbers, with spaces between")
            raise PydanticCustomError("ids", "{message}", {"message": message})
        return text

    @property
    def lasts(self) -> timedelta | None:
        """How long a timeout is; None for none."""
        return parse_duration(self.timeout) if self.timeout else None

    def is_exempt(self, user_id: int, role_ids: frozenset[int]) -> bool:
        """Whether that person's pictures are left alone."""
        users = (self.exempt_users or "").replace(",", " ").split()
        return str(user_id) in users or not role_ids.isdisjoint(self.exempt_role_ids)
