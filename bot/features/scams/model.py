"""Model of a scam: what a message gives away, how sure that makes, and what follows from it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Literal, cast

from bot.catalogue.security import Confidence

Sensitivity = Literal["low", "medium", "high"]


class Sure(IntEnum):
    """How sure something is; `NOT` is nothing at all."""

    NOT = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def told(self) -> Confidence:
        """As events say it."""
        return cast("Confidence", self.name.lower())

    @property
    def next(self) -> "Sure":
        return Sure(min(self + 1, Sure.HIGH))


class SignalKind(StrEnum):
    """What a signal comes from; `BURST` is the only one that looks at no content."""

    CODE = "code"
    PICTURE = "picture"
    FOREIGN = "foreign"
    TEXT = "text"
    BURST = "burst"


FLAGS_ONLY = frozenset({SignalKind.FOREIGN, SignalKind.BURST})
"""What never punishes by itself: a picture that another server knows, and how a message came."""

ACTS_FROM: dict[Sensitivity, Sure] = {
    "low": Sure.HIGH,
    "medium": Sure.MEDIUM,
    "high": Sure.LOW,
}
FLAGS_FROM: dict[Sensitivity, Sure] = {
    "low": Sure.MEDIUM,
    "medium": Sure.LOW,
    "high": Sure.LOW,
}


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing that gives a message away; `words` say it to staff, who read Markdown."""

    kind: SignalKind
    category: str
    sure: Sure
    words: str


@dataclass(frozen=True, slots=True)
class ScamVerdict:
    """What is thought of a message; without `acts` it is only shown to staff."""

    sure: Sure
    category: str
    acts: bool
    signals: tuple[Signal, ...]


def judged(signals: Sequence[Signal], sensitivity: Sensitivity) -> ScamVerdict | None:
    """The verdict; None for what nobody needs to see.

    Two kinds of content that say the same are surer than one, and so is content that came in a
    burst. A burst alone is never more than low, and what only other servers know never adds.
    """
    content = [one for one in signals if one.kind not in FLAGS_ONLY]
    hints = [one for one in signals if one.kind in FLAGS_ONLY]
    if not content:
        return _flagged(hints, sensitivity)
    strongest = max(content, key=lambda one: one.sure)
    sure = strongest.sure
    alike = {one.kind for one in content if one.sure is sure}
    if len(alike) > 1 or any(one.kind is SignalKind.BURST for one in hints):
        sure = sure.next
    if sure < FLAGS_FROM[sensitivity]:
        return None
    acts = sure >= ACTS_FROM[sensitivity]
    return ScamVerdict(sure, strongest.category, acts, tuple(signals))


def _flagged(hints: Sequence[Signal], sensitivity: Sensitivity) -> ScamVerdict | None:
    if not hints or FLAGS_FROM[sensitivity] > Sure.LOW:
        return None
    return ScamVerdict(Sure.LOW, hints[0].category, acts=False, signals=tuple(hints))


class DetectionState(StrEnum):
    """Whether all that follows from a detection is done."""

    PENDING = "pending"
    DONE = "done"


class ScamDecision(StrEnum):
    """What staff said of a detection."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Spot:
    """A message of the detection's, and whether it is deleted or cannot be."""

    channel_id: int
    message_id: int
    is_settled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """A message, or a burst of them, that was found to be a scam or to look like one."""

    id: int
    guild_id: int
    user_id: int
    channel_id: int
    message_id: int
    state: DetectionState
    confidence: Confidence
    category: str
    acts: bool
    is_shadow: bool
    incident_id: int
    spots: tuple[Spot, ...]
    signals: tuple[str, ...]
    case_number: int | None
    action_taken: str
    is_told: bool
    tries: int
    decision: ScamDecision | None
    decided_by_id: int | None
    decided_at: datetime | None
    created_at: datetime
    preview: bytes | None = field(default=None, repr=False)

    @property
    def person(self) -> tuple[int, int]:
        """The guild and the user: whose turn it takes."""
        return self.guild_id, self.user_id

    @property
    def left(self) -> dict[int, list[int]]:
        """Messages that still stand, by their channel."""
        found = dict[int, list[int]]()
        for spot in self.spots:
            if not spot.is_settled:
                found.setdefault(spot.channel_id, []).append(spot.message_id)
        return found


def joined(spots: Sequence[Spot], more: Collection[Spot]) -> tuple[Spot, ...]:
    """Those of a detection with others, each message once."""
    known = {one.message_id for one in spots}
    return (*spots, *(one for one in more if one.message_id not in known))


def told_actions(*, deleted: bool, sanctioned: bool, acts: bool) -> str:
    """What was done, as events say it."""
    if not acts:
        return "flag"
    done = [name for name, was in (("delete", deleted), ("timeout", sanctioned)) if was]
    return "_and_".join(done) or "none"
