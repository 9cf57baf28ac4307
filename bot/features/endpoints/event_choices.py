"""Events that an endpoint can be given in its dialect, without I/O."""

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from bot.dialects import Dialect, build_dialects
from bot.errors import UserError
from bot.features.endpoints.model import EVERYTHING, event_groups
from bot.texts import _
from bot.user_text import repeated

_DIALECTS = build_dialects()


def offered(dialect: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What can be picked: the two groups of events, less what the dialect does not have."""
    has = _DIALECTS[dialect].events
    people, others = event_groups()
    if has is None:
        return people, others
    return (
        tuple(name for name in people if name in has),
        tuple(name for name in others if name in has or name == EVERYTHING),
    )


def has(dialect: str, event_type: str) -> bool:
    """Whether the dialect of that name has the event."""
    events = _DIALECTS[dialect].events
    return events is None or event_type in events


def suits(dialect: str, patterns: str) -> bool:
    """Whether the last of these patterns covers an event that the dialect has; typed by anyone."""
    known = _DIALECTS.get(dialect)
    return known is None or bool(covered(known, re.split(r"[,;\s]+", patterns.lower())[-1:]))


def refuse_uncovered(dialect: Dialect, patterns: Sequence[str]) -> None:
    """A UserError where a pattern covers no event that the dialect has."""
    for pattern in patterns:
        if not covered(dialect, (pattern,)):
            raise lacking(dialect, pattern)


def covered(dialect: Dialect, patterns: Sequence[str]) -> tuple[str, ...]:
    """The dialect's own events that the patterns take in; of one that has all, the patterns."""
    if dialect.events is None:
        return tuple(patterns)
    return tuple(
        name for name in dialect.events if any(fnmatchcase(name, pattern) for pattern in patterns)
    )


def lacking(dialect: Dialect, event_type: str) -> UserError:
    """What to say of an event that the dialect does not have: which ones it has."""
    names = (dialect.events or {}).items()
    known = ", ".join(f"{ours} (sent as {theirs})" for ours, theirs in names)
    text = _("The dialect {dialect} does not have “{event}”; its events are: {known}.")
    return UserError(text.format(dialect=dialect.name, event=repeated(event_type), known=known))
