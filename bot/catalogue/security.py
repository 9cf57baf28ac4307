"""What the people who run a server must be able to look up afterwards."""

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.catalogue.base import Event, Snowflake, Text

Severity = Literal["info", "warn", "critical"]
AuditSource = Literal["bot", "dashboard", "discord", "system"]


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


class AuditEntry(Event):
    type = "security.audit_entry"
    about = "Something was changed that a server's owner may want to look up."
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
        "context": {"name": "backend", "url": "https://example.com/hooks", "dialect": "phantom"},
    }

    entry_id: int
    event_type: str
    severity: Severity
    source: AuditSource
    actor_id: Snowflake | None = None
    actor_name: Text
    target_id: str | None = None
    target_type: str
    summary: Text
    context: dict[str, Any]
