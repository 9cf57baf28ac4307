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
    names = first_named(_DIALECTS[dialect], tuple(has))
    return (
        tuple(name for name in people if name in names),
        tuple(name for name in others if name in names or name == EVERYTHING),
    )


def has(dialect: str, event_type: str) -> bool:
    """Whether the dialect of that name has the event."""
    events = _DIALECTS[dialect].events
    return events is None or event_type in events


def suggests(dialect: str, event_type: str) -> bool:
    """Whether it has the event, by the first of those that it tells by one name."""
    return has(dialect, event_type) and _DIALECTS[dialect].told_as(event_type)[0] == event_type


def suits(dialect: str, patterns: str) -> bool:
    """Whether the last of these patterns is to be suggested for the dialect; typed by anyone."""
    known, last = _DIALECTS.get(dialect), re.split(r"[,;\s]+", patterns.lower())[-1]
    return known is None or (bool(covered(known, (last,))) and known.told_as(last)[0] == last)


def fitting(dialect: Dialect, patterns: Sequence[str]) -> tuple[str, ...]:
    """The patterns as an endpoint of that dialect keeps them, each event by its first type.

    A UserError where one covers no event that the dialect has.
    """
    for pattern in patterns:
        if not covered(dialect, (pattern,)):
            raise lacking(dialect, pattern)
    return tuple(sorted(first_named(dialect, patterns)))


def first_named(dialect: Dialect, patterns: Sequence[str]) -> tuple[str, ...]:
    """Of types that the dialect tells by one name the first one alone; all else as it is."""
    return tuple(dict.fromkeys(dialect.told_as(pattern)[0] for pattern in patterns))


def covered(dialect: Dialect, patterns: Sequence[str]) -> tuple[str, ...]:
    """The dialect's own events that the patterns take in; of one that has all, the patterns.

    One for each name that it has, although several of our types may be told by it.
    """
    if dialect.events is None:
        return tuple(patterns)
    taken = [
        name for name in dialect.events if any(fnmatchcase(name, pattern) for pattern in patterns)
    ]
    return first_named(dialect, taken)


def lacking(dialect: Dialect, event_type: str) -> UserError:
    """What to say of an event that the dialect does not have: which ones it has."""
    events = dialect.events or {}
    names = first_named(dialect, tuple(events))
    one = _("{event} (sent as {sent})")
    known = ", ".join(one.format(event=ours, sent=events[ours]) for ours in names)
    text = _("The dialect {dialect} does not have “{event}”; its events are: {known}.")
    return UserError(text.format(dialect=dialect.name, event=repeated(event_type), known=known))
