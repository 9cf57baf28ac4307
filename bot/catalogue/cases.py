"""Events of cases: decisions of moderators about people, and what becomes of them."""

from typing import ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.catalogue.base import ComesWith, Event, Moment, OwnId, Plain, Snowflake, Text

CaseType = Literal[
    "warn",
    "kick",
    "ban",
    "timeout",
    "mute",
    "note",
    "tempban",
    "softban",
    "untimeout",
    "unmute",
    "unban",
    "clear_warnings",
]
CaseSource = Literal["dashboard", "api", "bot", "sync"]
SOURCES: ComesWith = {
    # The dashboard is about webhooks alone; nobody is punished there.
    "source": {"dashboard": "cases on the dashboard", "api": "incoming", "sync": "sync"}
}
"""Where decisions come from that no moderator makes with the bot's own commands."""
CaseStatus = Literal["active", "expired", "revoked"]


class _Case(Event):
    """The keys of a case as it was made."""

    comes_with: ClassVar[ComesWith] = SOURCES

    case_id: OwnId = Field(description="Herald's number of the case; unique across servers.")
    case_number: OwnId = Field(description="The number people see; counts from 1 in each server.")
    case_type: CaseType = Field(alias="type", description="What was done.")
    user_id: Snowflake = Field(description="Whom the case is about.")
    moderator_id: Snowflake = Field(description="Who decided; the bot itself where it acted alone.")
    reason: Text | None = Field(default=None, description="Why; null where nobody said.")
    source: CaseSource = Field(description="Where the decision came from.")
    expires_at: Moment | None = Field(default=None, description="When it ends by itself, if ever.")


class CaseCreated(_Case):
    type = "case.created"
    feature = "cases"
    about = "A moderation case was made: a warning, a ban, a note and so on."
    notes = (
        "A ban by the bot is followed by member.banned, a kick or a softban (a ban that is lifted "
        "at once) by member.left of kind `kicked`; both carry what belongs together. Lifting a "
        "punishment is a case too (unban, untimeout, unmute). Sent once Discord has carried out "
        "the punishment; a refused one is never sent."
    )
    example = {
        "case_id": 1042,
        "case_number": 87,
        "type": "tempban",
        "user_id": "234567890123456789",
        "moderator_id": "456789012345678901",
        "reason": "Advertising in private messages",
        "source": "bot",
        "expires_at": "2026-05-31T11:32:18+00:00",
    }


class Change(BaseModel):
    """One field before and after."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    old: Plain = Field(description="What it was; null where it was empty.")
    new: Plain = Field(description="What it is now; null where it was emptied.")


class CaseUpdated(_Case):
    type = "case.updated"
    feature = "cases"
    about = "A case was edited, ended by itself or was revoked."
    notes = (
        "An unban revokes the ban's case, and so does an approved appeal: status is `revoked`. A "
        "punishment that ran out has status `expired`; both come with member.unbanned for a ban. "
        "The text of a note is not sent: `changed_fields` may hold `notes` where `changes` is "
        "silent."
    )
    example = {
        **CaseCreated.example,
        "reason": "Advertising in private messages; apologised since",
        "status": "revoked",
        "updated_by_id": "456789012345678901",
        "changed_fields": ["status", "reason"],
        "changes": {
            "status": {"old": "active", "new": "revoked"},
            "reason": {
                "old": "Advertising in private messages",
                "new": "Advertising in private messages; apologised since",
            },
        },
    }

    status: CaseStatus = Field(description="Whether the case still has effect.")
    updated_by_id: Snowflake = Field(description="Who changed it; the bot where time ran out.")
    changed_fields: tuple[Text, ...] = Field(description="Which fields changed.")
    changes: dict[Text, Change] = Field(description="The changed fields, each before and after.")

    @model_validator(mode="after")
    def _names_what_changed(self) -> Self:
        if not set(self.changes) <= set(self.changed_fields):
            raise ValueError("changes holds a field that changed_fields does not name")
        return self


class CaseDeleted(Event):
    type = "case.deleted"
    feature = "cases"
    comes_with: ClassVar[ComesWith] = SOURCES
    about = "A case was deleted; its number is not given again."
    notes = "Deleting a case lifts no punishment."
    example = {
        "case_id": 1042,
        "case_number": 87,
        "type": "warn",
        "user_id": "234567890123456789",
        "moderator_id": "456789012345678901",
        "deleted_by_id": "345678901234567890",
        "source": "bot",
    }

    case_id: OwnId = Field(description="Herald's number of the case; unique across servers.")
    case_number: OwnId = Field(description="The number people saw; counts from 1 in each server.")
    case_type: CaseType = Field(alias="type", description="What had been done.")
    user_id: Snowflake = Field(description="Whom the case was about.")
    moderator_id: Snowflake = Field(description="Who had decided.")
    deleted_by_id: Snowflake = Field(description="Who deleted it.")
    source: CaseSource = Field(description="Where the decision had come from.")


class CaseAppealed(Event):
    type = "case.appealed"
    feature = "appeals"
    about = "Somebody asks for a punishment to be lifted."
    notes = (
        "Where the server asks questions of its own, message holds each question on a line, its "
        "answer on the lines below, and an empty line before the next question; no answer holds "
        "an empty line. It has 2000 characters at most in any case."
    )
    example = {
        "case_id": 1042,
        "appeal_id": 12,
        "user_id": "234567890123456789",
        "message": "I did not know that this counts as advertising. It will not happen again.",
    }

    case_id: OwnId = Field(description="The case that is appealed.")
    appeal_id: OwnId = Field(description="Herald's number of the appeal.")
    user_id: Snowflake = Field(description="Who appeals: the one the case is about.")
    message: Text = Field(description="What they wrote.")


class CaseAppealDecided(Event):
    type = "case.appeal_decided"
    feature = "appeals"
    about = "An appeal was approved or denied."
    notes = "An approved appeal also brings case.updated, and member.unbanned for a ban."
    example = {
        "case_id": 1042,
        "appeal_id": 12,
        "user_id": "234567890123456789",
        "decision": "approved",
        "decided_by_id": "456789012345678901",
        "reason": "Understood, and welcome back.",
        "punishment_lifted": True,
    }

    case_id: OwnId = Field(description="The case that was appealed.")
    appeal_id: OwnId = Field(description="Herald's number of the appeal.")
    user_id: Snowflake = Field(description="Who appealed.")
    decision: Literal["approved", "denied"] = Field(description="How it was decided.")
    decided_by_id: Snowflake = Field(description="Who decided.")
    reason: Text | None = Field(default=None, description="Why; null where nobody said.")
    punishment_lifted: bool = Field(description="Whether a punishment still stood and was lifted.")
