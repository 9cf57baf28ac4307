"""Events of members: people who come to a guild, who go, and who are sent away."""

from typing import ClassVar, Literal

from pydantic import Field

from bot.catalogue.base import ComesWith, Count, Event, Moment, OwnId, Snowflake, Text

BanSource = Literal["dashboard", "api", "bot", "sync", "discord"]


class MemberJoined(Event):
    type = "member.joined"
    feature = "members"
    about = "Somebody joined the server."
    notes = (
        "The invite is named only where exactly one explains the join. Joins that happened while "
        "the bot was away are found at reconnect and sent once, then without an invite."
    )
    example = {
        "user_id": "234567890123456789",
        "username": "quiet_otter",
        "account_age_days": 412,
        "is_bot": False,
        "invite_code": "hello",
        "inviter_id": "345678901234567890",
        "joined_at": "2026-05-24T11:32:18+00:00",
    }

    user_id: Snowflake = Field(description="Who joined.")
    username: Text = Field(description="Their name on Discord.")
    account_age_days: Count = Field(description="Whole days since the account was made.")
    is_bot: bool = Field(description="Whether it is a bot.")
    invite_code: Text | None = Field(default=None, description="The invite used, where known.")
    inviter_id: Snowflake | None = Field(default=None, description="Who made it, where known.")
    joined_at: Moment = Field(description="When they joined.")


class MemberLeft(Event):
    type = "member.left"
    feature = "members"
    about = "Somebody left the server or was kicked from it."
    notes = (
        "A ban is not a departure: only member.banned is sent. A kick by the bot comes with its "
        "case.created. Without the right to read the audit log every departure that was not the "
        "bot's doing is `left`."
    )
    example = {
        "user_id": "234567890123456789",
        "username": "quiet_otter",
        "is_bot": False,
        "kind": "left",
        "moderator_id": None,
        "joined_at": "2026-05-24T11:32:18+00:00",
        "left_at": "2026-06-02T08:00:41+00:00",
    }

    user_id: Snowflake = Field(description="Who is gone.")
    username: Text = Field(description="Their name on Discord.")
    is_bot: bool = Field(description="Whether it is a bot.")
    kind: Literal["left", "kicked"] = Field(description="By themselves, or kicked or pruned.")
    moderator_id: Snowflake | None = Field(default=None, description="Who kicked or pruned them.")
    joined_at: Moment | None = Field(default=None, description="When they had joined, where known.")
    left_at: Moment | None = Field(default=None, description="When; null where it was found later.")


class _Ban(Event):
    """The keys that a ban and its end share."""

    comes_with: ClassVar[ComesWith] = {
        # What programs push in bans nobody yet.
        "source": {"dashboard": "cases on the dashboard", "api": "bans pushed in", "sync": "sync"}
    }

    user_id: Snowflake = Field(description="Whom it is about.")
    username: Text = Field(description="Their name on Discord.")
    moderator_id: Snowflake | None = Field(default=None, description="Who did it, where known.")
    reason: Text | None = Field(default=None, description="Why; null where nobody said.")
    case_id: OwnId | None = Field(default=None, description="The case, where it went through one.")
    source: BanSource = Field(description="Where it was done; `discord` is by hand in Discord.")


class MemberBanned(_Ban):
    type = "member.banned"
    feature = "members"
    about = "Somebody was banned from the server."
    notes = (
        "A ban by the bot comes after its case.created and carries its case_id. A ban by hand in "
        "Discord comes without a case; who and why are read from the audit log. Where "
        "`was_member` is true somebody is gone by it, of whom no member.left is sent."
    )
    example = {
        "user_id": "234567890123456789",
        "username": "quiet_otter",
        "moderator_id": "456789012345678901",
        "reason": "Advertising in private messages",
        "case_id": None,
        "source": "discord",
        "was_member": True,
    }

    was_member: bool | None = Field(
        default=None,
        description="Whether they were on the server until then; null where that is not known.",
    )


class MemberUnbanned(_Ban):
    type = "member.unbanned"
    feature = "members"
    about = "Somebody's ban was lifted."
    notes = (
        "Sent for an unban by a command or by hand, for the end of a temporary ban and for an "
        "approved appeal; the ban's case changes with case.updated."
    )
    example = {
        "user_id": "234567890123456789",
        "username": "quiet_otter",
        "moderator_id": "456789012345678901",
        "reason": None,
        "case_id": None,
        "source": "discord",
    }
