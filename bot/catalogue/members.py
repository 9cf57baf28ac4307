"""Who comes to a guild, who goes, and who is sent away."""

from typing import Literal

from bot.catalogue.base import Event, Moment, Snowflake, Text

BanSource = Literal["dashboard", "api", "bot", "sync", "discord"]


class MemberJoined(Event):
    type = "member.joined"
    about = "Somebody joined the server."
    example = {
        "user_id": "234567890123456789",
        "username": "quiet_otter",
        "account_age_days": 412,
        "is_bot": False,
        "invite_code": "hello",
        "inviter_id": "345678901234567890",
        "joined_at": "2026-05-24T11:32:18+00:00",
    }

    user_id: Snowflake
    username: Text
    account_age_days: int
    is_bot: bool
    invite_code: str | None = None
    inviter_id: Snowflake | None = None
    joined_at: Moment


class MemberLeft(Event):
    type = "member.left"
    about = "Somebody left the server or was kicked from it."
    example = {
        "user_id": "234567890123456789",
        "username": "quiet_otter",
        "is_bot": False,
        "kind": "left",
        "moderator_id": None,
        "joined_at": "2026-05-24T11:32:18+00:00",
        "left_at": "2026-06-02T08:00:41+00:00",
    }

    user_id: Snowflake
    username: Text
    is_bot: bool
    kind: Literal["left", "kicked"]
    moderator_id: Snowflake | None = None
    joined_at: Moment | None = None
    left_at: Moment | None = None


class _Ban(Event):
    """The keys that a ban and its end share."""

    user_id: Snowflake
    username: Text
    moderator_id: Snowflake | None = None
    reason: Text | None = None
    case_id: int | None = None
    source: BanSource


class MemberBanned(_Ban):
    type = "member.banned"
    about = "Somebody was banned from the server."
    example = {
        "user_id": "234567890123456789",
        "username": "quiet_otter",
        "moderator_id": "456789012345678901",
        "reason": "Advertising in private messages",
        "case_id": None,
        "source": "discord",
    }


class MemberUnbanned(_Ban):
    type = "member.unbanned"
    about = "Somebody's ban was lifted."
    example = {
        "user_id": "234567890123456789",
        "username": "quiet_otter",
        "moderator_id": "456789012345678901",
        "reason": None,
        "case_id": None,
        "source": "discord",
    }
