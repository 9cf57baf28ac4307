"""Records of raids as their rows hold them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.features.raids.model import JoinerState, Lock, LockState, PauseState, RaidState
from bot.features.raids.settings import RaidAction


@dataclass(frozen=True, slots=True)
class Raid:
    """One raid; what it does to those who come with it was chosen when it began."""

    id: int
    guild_id: int
    state: RaidState
    action: RaidAction
    is_shadow: bool
    incident_id: int
    joins: int
    window_seconds: int
    cooldown_seconds: int
    began_at: datetime
    ends_at: datetime
    started_by_id: int | None
    ended_at: datetime | None
    ended_by_id: int | None
    pause_state: PauseState
    paused_until: datetime | None
    paused_before: datetime | None
    due_at: datetime | None

    @property
    def is_active(self) -> bool:
        return self.state is RaidState.ACTIVE

    def lasted_at(self, moment: datetime) -> bool:
        """Whether who joined then came with it: its first did within the window before it began."""
        began_at = self.began_at - timedelta(seconds=self.window_seconds)
        return began_at <= moment <= self.ends_at

    @property
    def key(self) -> tuple[int, int]:
        """Whose turn it takes: one thing at a time is done about a guild's raids."""
        return self.guild_id, self.guild_id


@dataclass(frozen=True, slots=True)
class RaidJoiner:
    """Somebody who came with a raid, and what was done about them."""

    id: int
    raid_id: int
    guild_id: int
    user_id: int
    username: str
    joined_at: datetime
    state: JoinerState
    case_number: int | None
    refusal: str | None


@dataclass(frozen=True, slots=True)
class RaidLock:
    """A channel that a raid locks; `lock` is what it said of everybody, and says meanwhile."""

    id: int
    raid_id: int
    guild_id: int
    channel_id: int
    state: LockState
    lock: Lock


@dataclass(frozen=True, slots=True)
class RaidCounts:
    """How many came with a raid, and how far they and its channels were dealt with."""

    came: int = 0
    waiting: int = 0
    done: int = 0
    refused: int = 0
    locked: int = 0
    to_lock: int = 0
    failed: int = 0
