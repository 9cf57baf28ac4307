"""Incident as plain data: what a protection found, why, and what was done about it.

Texts in it are Discord's Markdown and written for people: what somebody typed is made harmless
before (`bot.user_text`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.controls import Tone

UNSEEN = timedelta(days=1)
"""After that what is left to do in a server that no process sees is let go: the bot left it."""

Counters = tuple[tuple[str, str], ...]
"""What was counted, and against which limit: `("Joins in 10 s", "9 of 8")`."""


@dataclass(frozen=True, slots=True)
class Why:
    """What decided: the rule in words, what was counted, the exemptions that were looked at."""

    rule: str
    counters: Counters = ()
    spared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One detected thing; `title` is a sentence for the log.

    In shadow nothing is done about it, and no event tells of it.
    """

    guild_id: int
    feature: str
    title: str
    why: Why
    user_id: int | None = None
    channel_id: int | None = None
    message_id: int | None = None
    is_shadow: bool = False
    tone: Tone = Tone.WARNING


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing done because of it or, in shadow, that would have been; `label` says it in a line.

    `kind` says what `target_id` is and who can undo it: of a `case` it is the case's number.
    `data` is what undoing it needs, as JSON has it. What nobody undoes has a kind of its own.
    """

    kind: str
    target_id: int
    label: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
