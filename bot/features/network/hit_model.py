"""Member hit: somebody with reports of several servers is in one that takes part."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.features.network.model import ReportCategory, ReportSeverity, Tier, TierReaction
from bot.features.network.settings import NetworkSettings


class HitState(StrEnum):
    """Where a hit stands; in shadow it was only told, and may be met again."""

    ACTING = "acting"
    DONE = "done"
    TAKEN_BACK = "taken_back"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class NetworkSearch:
    """Whether somebody is in a server is to be looked at."""

    id: int
    guild_id: int
    user_id: int
    created_at: datetime

    @property
    def key(self) -> tuple[int, int]:
        return self.guild_id, self.user_id


@dataclass(frozen=True, slots=True)
class MemberHit:
    """One person, in one server, with one set of reports; `is_void` once an appeal was approved."""

    id: int
    guild_id: int
    user_id: int
    reports_key: str
    trust_score: int
    report_count: int
    top_category: ReportCategory
    top_severity: ReportSeverity
    tier: Tier
    reaction: TierReaction
    state: HitState
    is_void: bool
    void_at: datetime | None
    incident_id: int
    created_at: datetime
    case_number: int | None = None

    @property
    def key(self) -> tuple[int, int]:
        return self.guild_id, self.user_id


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody in a guild, as it is before a transaction: what the guild has chosen about them."""

    chosen: NetworkSettings
    spared: str | None
    is_shadow: bool
