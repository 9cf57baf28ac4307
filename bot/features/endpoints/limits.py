"""Limits of an endpoint, without I/O: filter, threshold and pace, read from what was typed."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from bot.catalogue import SUBSCRIBABLE, event_named
from bot.dialects import Dialect
from bot.errors import UserError
from bot.money import MOST
from bot.numbers import parse_number
from bot.outbox.endpoint_registry import Limits
from bot.outbox.endpoints import Endpoint
from bot.outbox.filters import (
    DEPTH_LIMIT,
    FUNCTIONS,
    LENGTH_LIMIT,
    BadFilter,
    FilterFailed,
    FilterProblem,
    lets_through,
    parse,
    seen,
)
from bot.texts import N_, _

THRESHOLD_DIALECT = "vektor"
RATES = range(1, 6001)  # attempts a minute
EXCERPT = 24  # characters of a filter, where a refusal points into it

_QUOTE_SIGNS = frozenset({"Pi", "Pf", "Ps"})  # what phones and word processors make of quotes
_BREAKS = re.compile(r"[\r\n\t]")


@dataclass(frozen=True, slots=True)
class LimitsDraft:
    """Draft of limits as typed; empty text is no filter, no threshold, no limit."""

    filter: str
    threshold: str
    rate_limit: str


@dataclass(frozen=True, slots=True)
class Preview:
    """Preview of a filter on the examples of the events that its endpoint gets."""

    passes: tuple[str, ...]
    kept: tuple[str, ...]
    failed: Mapping[str, str]  # why, by event; these are sent


def parse_limits(draft: LimitsDraft, dialect: str) -> Limits:
    """The limits as they are stored; a UserError says what to type instead."""
    return Limits(
        clean_filter(draft.filter),
        parse_threshold(draft.threshold, dialect),
        parse_rate(draft.rate_limit),
    )


def clean_filter(text: str) -> str:
    """The expression on one line; a UserError says where it is wrong."""
    expression = _BREAKS.sub(" ", text).strip()
    if not expression.isprintable():
        raise UserError(_("A filter holds no invisible characters: type it again by hand."))
    if expression:
        try:
            parse(expression)
        except BadFilter as error:
            raise UserError(_told(expression, error)) from error
    return expression


def parse_threshold(text: str, dialect: str) -> int:
    """Hundredths of a unit from an amount such as `2.50`."""
    hundredths = parse_number(text.strip() or "0", decimals=2, least=0, most=MOST * 100)
    if hundredths and dialect != THRESHOLD_DIALECT:
        text = _(
            "Only webhooks of the dialect {dialect} have a balance threshold. Leave it empty and "
            "use the filter: {example}"
        )
        example = _coded("type != 'economy.balance_changed' || abs(data.delta) >= `1000`")
        raise UserError(text.format(dialect=THRESHOLD_DIALECT, example=example))
    return hundredths


def parse_rate(text: str) -> int | None:
    """Attempts a minute; None where nothing was typed."""
    typed = text.strip()
    if not typed:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", typed) or int(typed) not in RATES:
        text = _(
            "Write how many attempts a minute it gets at most, from {least} to {most}, or "
            "leave it empty."
        )
        raise UserError(text.format(least=RATES[0], most=RATES[-1]))
    return int(typed)


def shown_amount(hundredths: int) -> str:
    """The amount as it would be typed."""
    return (
        f"{hundredths // 100}.{hundredths % 100:02}" if hundredths % 100 else f"{hundredths // 100}"
    )


def changes(endpoint: Endpoint, limits: Limits) -> dict[str, Any]:
    """What becomes of each limit that is not what it was, for the audit log."""
    pairs: Mapping[str, tuple[Any, Any]] = {
        "filter": (endpoint.filter, limits.filter),
        "threshold": (shown_amount(endpoint.threshold), shown_amount(limits.threshold)),
        "rate_limit": (endpoint.rate_limit, limits.rate_limit),
    }
    return {name: {"old": old, "new": new} for name, (old, new) in pairs.items() if old != new}


def preview(endpoint: Endpoint, dialect: Dialect) -> Preview | None:
    """The endpoint's filter tried on the documented examples; None where it has no filter."""
    if not endpoint.filter:
        return None
    passes: list[str] = []
    kept: list[str] = []
    failed: dict[str, str] = {}
    for name in SUBSCRIBABLE:
        if not endpoint.wants(*dialect.told_as(name)):
            continue
        sample = event_named(name).sample(endpoint.guild_id)
        if not dialect.wants(sample, 0):
            continue
        try:
            (passes if lets_through(endpoint.filter, seen(sample)) else kept).append(name)
        except FilterFailed as error:
            failed[name] = str(error)
    return Preview(tuple(passes), tuple(kept), failed)


_WORDS = {
    FilterProblem.LONG: N_(
        "The filter has {length} characters and {limit} are the limit. Shorten it: what the "
        "chosen events say already need not be asked again."
    ),
    FilterProblem.DEEP: N_(
        "The filter puts more than {depth} parts into one another. Shorten it: take out brackets, "
        "[*] or some of what is joined by || and &&."
    ),
    FilterProblem.UNFINISHED: N_(
        "The filter ends too soon: a value or a closing bracket is missing after {before}."
    ),
    FilterProblem.UNCLOSED: N_(
        "The quote at character {at} of the filter is never closed: {after}."
    ),
    FilterProblem.JSON: N_(
        "Text in a filter stands in single quotes, such as 'ban'; between backticks stands JSON, "
        "such as `` `10` ``."
    ),
    FilterProblem.SIGN: N_("Character {at} of the filter cannot be read: {after}. {hint}"),
    FilterProblem.MISPLACED: N_(
        "The filter cannot be read from character {at} on: {after}. {hint}"
    ),
    FilterProblem.FUNCTION: N_("A filter has no function {what}(). {hint} There are: {known}."),
    FilterProblem.ARGUMENTS: N_("{what}() in the filter is given too little or too much."),
    FilterProblem.REFERENCE: N_("A filter has no use for a single &: write && for “and”."),
}

_NUMBER = N_("Numbers stand between backticks: `` `10` ``.")
_QUOTES = N_("Text stands in straight single quotes: 'ban'.")
_EQUALS = N_("Write == to compare.")
_LOGIC = N_("Write && for “and”, || for “or”, ! for “not”.")
_LOOK = N_("Look at what is before it: an operator or a bracket is missing, or one is too many.")


def _told(expression: str, error: BadFilter) -> str:
    at = error.at or 0
    hint = _HINTS.get(error.why)
    text = _(_WORDS[error.why]).format(
        length=len(expression),
        limit=LENGTH_LIMIT,
        depth=DEPTH_LIMIT,
        at=at + 1,
        after=_coded(expression[at : at + EXCERPT]),
        before=_coded(expression[-EXCERPT:]),
        what=error.what[:EXCERPT],
        known=", ".join(FUNCTIONS),
        hint=hint(expression, error) if hint else "",
    )
    return text.replace("  ", " ").strip()


def _sign_hint(expression: str, error: BadFilter) -> str:
    sign = expression[error.at or 0 :][:1]
    if sign == "=":
        return _(_EQUALS)
    if unicodedata.category(sign) in _QUOTE_SIGNS:
        return _(_QUOTES)
    return _(_NUMBER) if sign == "-" else ""


def _place_hint(expression: str, error: BadFilter) -> str:
    if error.what.removeprefix("-").isdecimal():
        return _(_NUMBER)
    words = {error.what.lower(), *expression[: error.at].lower().split()[-1:]}
    return _(_LOGIC) if words & {"and", "or", "not"} else _(_LOOK)


def _function_hint(_expression: str, error: BadFilter) -> str:
    near = get_close_matches(error.what.lower(), FUNCTIONS, n=1, cutoff=0.6)
    return _("Did you mean “{name}”?").format(name=near[0]) if near else ""


_HINTS: Mapping[FilterProblem, Callable[[str, BadFilter], str]] = {
    FilterProblem.SIGN: _sign_hint,
    FilterProblem.MISPLACED: _place_hint,
    FilterProblem.FUNCTION: _function_hint,
}


def _coded(text: str) -> str:
    """A part of a filter as Discord shows it unread, its backticks too."""
    apart = "`\N{ZERO WIDTH SPACE}`"
    return f"`` {text.replace('``', apart)} ``"
