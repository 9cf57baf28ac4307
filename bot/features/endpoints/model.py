"""Model of endpoints, without I/O: names, patterns, changes of state, what may be shown."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from urllib.parse import urlsplit

from bot.catalogue import SUBSCRIBABLE
from bot.catalogue.test import TestPing
from bot.errors import UserError
from bot.texts import N_, _
from bot.user_text import repeated

NAME_LIMIT = 40
DESCRIPTION_LIMIT = 200

FORBIDDEN_IN_NAMES = frozenset("`@<>")
EVERYTHING = "*"
AREAS: tuple[str, ...] = tuple(
    dict.fromkeys(f"{event_type.partition('.')[0]}.*" for event_type in SUBSCRIBABLE)
)


def clean_name(text: str) -> str:
    """The name as it is stored: trimmed, composed; a UserError says what to change."""
    if not text.strip().isprintable():
        raise UserError(
            _("A name is one line without invisible characters: type it again by hand.")
        )
    name = sought_name(text)
    if not 1 <= len(name) <= NAME_LIMIT:
        raise UserError(_("Use a name of 1 to {limit} characters.").format(limit=NAME_LIMIT))
    if FORBIDDEN_IN_NAMES & set(name):
        raise UserError(_("Leave out ` @ < and > : a name is plain text."))
    return name


def clean_description(text: str) -> str:
    """The description as it is stored: one line; a UserError says what to change."""
    description = " ".join(unicodedata.normalize("NFC", text).split())
    if not description.isprintable():
        raise UserError(_("A description holds no invisible characters: type it again by hand."))
    if len(description) > DESCRIPTION_LIMIT:
        text = _("Use a description of at most {limit} characters.")
        raise UserError(text.format(limit=DESCRIPTION_LIMIT))
    return description


def sought_name(text: str) -> str:
    """A name as somebody types it to find it: in the form in which it would be stored."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def parse_patterns(patterns: str | Sequence[str]) -> tuple[str, ...]:
    """What to subscribe to, from typed text or a list; what another pattern covers is dropped."""
    words = re.split(r"[,;\s]+", patterns) if isinstance(patterns, str) else patterns
    wanted = {word.strip().lower() for word in words} - {""}
    if not wanted:
        raise UserError(
            _("Choose at least one event: write * for all, or for example {example}.").format(
                example=AREAS[0]
            )
        )
    for word in sorted(wanted):
        _refuse_unknown(word)
    if EVERYTHING in wanted:
        return (EVERYTHING,)
    return tuple(sorted(word for word in wanted if word in AREAS or _area(word) not in wanted))


def suggest_patterns(typed: str, limit: int = 25) -> list[str]:
    """Whole texts for the option `events`, each with its last word completed."""
    head, separator, last = _split_last(typed)
    known = (EVERYTHING, *AREAS, *SUBSCRIBABLE)
    taken = set(re.split(r"[,;\s]+", head.lower()))
    fitting = [word for word in known if last.lower() in word and word not in taken]
    return [f"{head}{separator}{word}" for word in fitting][:limit]


PEOPLE_AREAS = frozenset({"automod", "case", "member"})


def event_groups() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What can be picked: people and moderation; everything else, `*` first."""
    people = [name for name in SUBSCRIBABLE if name.partition(".")[0] in PEOPLE_AREAS]
    others = [name for name in SUBSCRIBABLE if name not in people]
    return tuple(people), (EVERYTHING, *others)


def chosen_of(patterns: Sequence[str], half: Sequence[str]) -> frozenset[str]:
    """Which of these options the patterns tick: an area ticks each of its events."""
    return frozenset(name for name in half if name in patterns or _area(name) in patterns)


def choose_half(patterns: Sequence[str], half: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """The patterns once one half of the options was chosen anew.

    An area stays, and with it the events of later releases, where all its events are ticked.
    """
    areas = {_area(name) for name in half if name != EVERYTHING}
    others = [name for name in patterns if name not in half and name not in areas]
    whole = [
        area
        for area in sorted(areas & set(patterns))
        if all(name in chosen for name in half if _area(name) == area)
    ]
    return [*others, *whole, *(name for name in chosen if _area(name) not in whole)]


def _split_last(typed: str) -> tuple[str, str, str]:
    words = [word for word in re.split(r"[,;\s]+", typed) if word]
    if not words:
        return "", "", ""
    last = "" if typed[-1] in ",; " else words.pop()
    head = ", ".join(words)
    return head, ", " if head else "", last


def _area(event_type: str) -> str:
    return f"{event_type.partition('.')[0]}.*"


def _refuse_unknown(word: str) -> None:
    known = (EVERYTHING, *AREAS, *SUBSCRIBABLE)
    if word in known:
        return
    if word == TestPing.type:
        raise UserError(
            _("“{name}” needs no subscription: /webhook test sends it.").format(name=word)
        )
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    hint = _("Did you mean “{name}”?").format(name=near[0]) if near else ""
    text = _("There is no event “{name}”. {hint} You can write: {known}.").format(
        name=repeated(word), hint=hint, known=", ".join(known)
    )
    raise UserError(text.replace("  ", " "))


def shown_url(url: str) -> str:
    """The URL without the values of its query, which may hold a token."""
    parts = urlsplit(url)
    if not parts.query:
        return url
    pairs = (pair.partition("=") for pair in parts.query.split("&"))
    query = "&".join(f"{name}=…" if equals else "…" for name, equals, _value in pairs)
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{query}"


def origin(url: str) -> str:
    """Scheme, host and port alone: a path may be a token as well, as those of chat services are."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True, slots=True)
class StateChange:
    """One way in which a person changes an endpoint's state (source: wire.md 4)."""

    done: str  # the past participle: the audit entry's type is `endpoint.<done>`
    starts: frozenset[str]
    ends: str
    clears_failures: bool = False


PAUSE = StateChange("paused", frozenset({"active"}), "paused")
RESUME = StateChange("resumed", frozenset({"paused"}), "active")
DISABLE = StateChange("disabled", frozenset({"active", "paused"}), "disabled")
ENABLE = StateChange(
    "enabled", frozenset({"disabled", "auto_disabled"}), "active", clears_failures=True
)

_OFF = N_("“{name}” is switched off; use /webhook enable.")
_AUTO_OFF = N_("“{name}” was switched off after too many failures; use /webhook enable.")

_MISFITS: dict[tuple[str, str], str] = {
    ("paused", "paused"): N_("“{name}” is paused already."),
    ("paused", "disabled"): _OFF,
    ("paused", "auto_disabled"): _AUTO_OFF,
    ("resumed", "active"): N_("“{name}” is not paused: it receives events already."),
    ("resumed", "disabled"): _OFF,
    ("resumed", "auto_disabled"): _AUTO_OFF,
    ("disabled", "disabled"): N_("“{name}” is switched off already."),
    ("disabled", "auto_disabled"): N_(
        "“{name}” was switched off already, after too many failures."
    ),
    ("enabled", "active"): N_("“{name}” is switched on already."),
    ("enabled", "paused"): N_("“{name}” is paused; use /webhook resume."),
}


def refuse_misfit(change: StateChange, name: str, state: str) -> None:
    """A UserError where that change does not fit the state."""
    if state not in change.starts:
        raise UserError(_(_MISFITS[change.done, state]).format(name=name))


def refuse_test(name: str, state: str) -> None:
    """A UserError where a test could not leave, now or on resuming."""
    if state == "disabled":
        raise UserError(_(_OFF).format(name=name))
    if state == "auto_disabled":
        raise UserError(_(_AUTO_OFF).format(name=name))
