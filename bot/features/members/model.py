"""Model of members: accounts, audit entries, the choices of a guild."""

from datetime import datetime

from pydantic import Field, field_validator

from bot.clock import from_snowflake
from bot.placeholders import fillable
from bot.settings import ChannelId, FeatureSettings, RoleId
from bot.texts import N_

PLACEHOLDERS = ("mention", "name", "server", "count")
TEXT_LIMIT = 1500


class MembersSettings(FeatureSettings):
    """Settings of the feature in one guild."""

    feature = "members"
    title = N_("Members")

    enabled: bool = Field(default=True, description=N_("Send joins, leaves, bans and unbans"))
    welcome_channel_id: ChannelId = Field(
        default=None, description=N_("Where newcomers are welcomed; none for no welcome")
    )
    welcome_text: str = Field(
        default="Welcome to {server}, {mention}! You are member number {count}.",
        min_length=1,
        max_length=TEXT_LIMIT,
        description=N_("The welcome; it may hold {mention} {name} {server} {count}"),
    )
    welcome_role_id: RoleId = Field(
        default=None, description=N_("The role that newcomers are given with the welcome")
    )
    leave_channel_id: ChannelId = Field(
        default=None, description=N_("Where it is said that somebody left; none for no message")
    )
    leave_text: str = Field(
        default="{name} has left.",
        min_length=1,
        max_length=TEXT_LIMIT,
        description=N_("The farewell; it may hold {mention} {name} {server} {count}"),
    )

    @field_validator("welcome_text", "leave_text")
    @classmethod
    def _fillable(cls, text: str) -> str:
        return fillable(text, PLACEHOLDERS)


def account_age_days(user_id: int, at: datetime) -> int:
    """Whole days since the account was made, which its id tells."""
    return max((at - from_snowflake(user_id)).days, 0)
