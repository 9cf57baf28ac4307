"""Events of security: attacks on a server, and what its people must be able to look up later."""

from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, Literal

from pydantic import Field

from bot.catalogue.base import ComesWith, Count, Event, OwnId, Plain, Snowflake, Text

Severity = Literal["info", "warn", "critical"]
AuditSource = Literal["bot", "dashboard", "discord", "system", "api"]
Confidence = Literal["low", "medium", "high"]


class RaidDetected(Event):
    type = "security.raid_detected"
    feature = "raids"
    about = "Many people joined at once: the server is being raided."
    notes = "Once for each raid, however many join while it lasts."
    example = {
        "raid_id": 3,
        "joins_in_window": 9,
        "window_seconds": 10,
        "action_taken": "quarantine",
    }

    raid_id: OwnId = Field(description="Herald's number of the raid.")
    joins_in_window: Count = Field(description="How many joined within the window.")
    window_seconds: Count = Field(description="The length of the window in seconds.")
    action_taken: Text = Field(description="What the bot did about those who joined.")


class ScamDetected(Event):
    type = "security.scam_detected"
    feature = "scams"
    about = "A message with a known or likely scam picture was found."
    example = {
        "detection_id": 58,
        "user_id": "234567890123456789",
        "channel_id": "678901234567890123",
        "message_id": "789012345678901234",
        "confidence": "high",
        "category": "login_qr_code",
        "action_taken": "delete_and_timeout",
    }

    detection_id: OwnId = Field(description="Herald's number of the finding.")
    user_id: Snowflake = Field(description="Whose account sent it.")
    channel_id: Snowflake = Field(description="Where it stood.")
    message_id: Snowflake = Field(description="The message.")
    confidence: Confidence = Field(description="How sure the finding is.")
    category: Text = Field(description="What kind of scam.")
    action_taken: Text = Field(description="What the bot did, joined with `_and_`.")


class NukeDetected(Event):
    type = "security.nuke_detected"
    feature = "nukes"
    about = "Somebody with rights is tearing the server down."
    example = {
        "incident_id": 2,
        "actor_id": "345678901234567890",
        "action_class": "channel_delete",
        "count": 4,
        "window_seconds": 30,
        "action_taken": "quarantine",
        "reverted": True,
    }

    incident_id: OwnId = Field(description="Herald's number of the incident.")
    actor_id: Snowflake = Field(description="Who did it.")
    action_class: Text = Field(description="What they did too often.")
    count: Count = Field(description="How many things it hit within the window.")
    window_seconds: Count = Field(description="The length of the window in seconds.")
    action_taken: Text = Field(description="What the bot did about the actor.")
    reverted: bool = Field(description="Whether the damage was undone as far as it can be.")


@dataclass(frozen=True, slots=True)
class AuditDraft:
    """An audit entry before it has a number: what a feature says happened."""

    guild_id: int
    event_type: str
    summary: str
    target_type: str
    target_id: str | None = None
    actor_id: int | None = None
    actor_name: str = "Herald"
    source: AuditSource = "bot"
    severity: Severity = "info"
    context: dict[str, Any] = field(default_factory=dict[str, Any])

    def kept(self) -> dict[str, Any]:
        """What is kept of it, and told: both by these names."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


class AuditEntry(Event):
    type = "security.audit_entry"
    feature = "audit"
    about = "Something was changed that a server's owner may want to look up."
    notes = (
        "Secrets are never in it, and of an address nothing after the host. Settings and webhooks "
        "that are changed through the bot are such entries, and so is what went wrong with one, "
        "which is not sent to that webhook itself. Of what people do by hand in Discord these "
        "are: a timeout and its end (which make no case), a ban and its end, a kick, a prune; "
        "other permissions of a role or in a channel, a new role with dangerous permissions, and "
        "such a role that somebody is given; a channel or a role deleted; a bot, an integration or "
        "a webhook added, changed or removed; and the server's owner, or how high its "
        "verification, its two-factor authentication and its filter of explicit content stand. "
        "Herald reads those from the audit log: where it may not, they are not sent. What was done "
        "while it was away is found at reconnect, as far as the log reaches, and sent once. What "
        "they change about the channel of a ticket is such an entry as well, also where it is "
        "found later. A server may choose the least severity that is sent."
    )
    comes_with: ClassVar[ComesWith] = {"source": {"dashboard": "dashboard", "api": "incoming"}}
    example = {
        "entry_id": 17,
        "event_type": "endpoint.created",
        "severity": "info",
        "source": "bot",
        "actor_id": "456789012345678901",
        "actor_name": "harbour_master",
        "target_id": "3",
        "target_type": "endpoint",
        "summary": "harbour_master added the webhook “backend”.",
        "context": {"name": "backend", "url": "https://example.com", "dialect": "phantom"},
    }

    entry_id: OwnId = Field(description="Herald's number of the entry.")
    event_type: Text = Field(description="What happened, such as `endpoint.created`.")
    severity: Severity = Field(description="How much it matters.")
    source: AuditSource = Field(description="Where it was done.")
    actor_id: Snowflake | None = Field(default=None, description="Who did it, where a person did.")
    actor_name: Text = Field(description="Their name, or that of the part of the bot.")
    target_id: Text | None = Field(default=None, description="What it was done to, as text.")
    target_type: Text = Field(description="What kind of thing the target is.")
    summary: Text = Field(description="One sentence that says it all.")
    context: dict[Text, Plain] = Field(description="More about it; the keys depend on the entry.")
