"""Records of nukes as their rows hold them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.features.nukes.model import Damage, ReactionState, RepairKind, RepairState
from bot.features.nukes.settings import NukeReaction

STOPS = ("quarantine", "strip_roles", "kick", "ban")
"""What is done about somebody that leaves them nothing to do harm with."""


@dataclass(frozen=True, slots=True)
class Nuke:
    """One person's, until nothing of theirs has come for a while.

    `taken` is what was done about them in the end; `stripped` holds the roles that were taken. What
    they do after `reacted_at` they do although they were stopped.
    """

    id: int
    guild_id: int
    actor_id: int
    actor_name: str
    action_class: str
    count: int
    window_seconds: int
    reaction: NukeReaction
    reverts: bool
    is_shadow: bool
    incident_id: int
    reaction_state: ReactionState
    taken: str | None
    stripped: Mapping[str, Any] | None
    began_at: datetime
    last_at: datetime
    told_at: datetime | None
    locks_commands: bool
    due_at: datetime | None
    reacted_at: datetime | None

    @property
    def key(self) -> tuple[int, int]:
        """Whose turn it takes: one thing at a time is put back in a guild."""
        return self.guild_id, self.guild_id

    @property
    def is_reacted(self) -> bool:
        return self.reaction_state in (ReactionState.DONE, ReactionState.REFUSED)

    @property
    def is_stopped(self) -> bool:
        """Whether something was done that keeps them from more of it."""
        return self.reaction_state is ReactionState.DONE and self.taken in STOPS


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that is put back; `new_id` is that of what was made in its place.

    `tried_at` is when Discord last gave no answer.
    """

    id: int
    nuke_id: int
    guild_id: int
    kind: RepairKind
    target_id: int
    subject_id: int
    plan: Mapping[str, Any]
    state: RepairState
    new_id: int | None
    failure: str | None
    created_at: datetime
    tried_at: datetime | None

    @property
    def damage(self) -> Damage:
        return Damage(self.kind, self.target_id, self.plan, self.subject_id)
