"""Filters: which events an endpoint wants, as a JMESPath expression over what is sent.

The expression sees `{"type", "guild_id", "data"}`, with `data` as it is on the wire. Its value
decides: false, null, "", [] and {} keep an event out, anything else lets it through (source:
https://jmespath.org/specification.html, "or expressions").
"""

import json
import warnings
from enum import StrEnum, auto
from functools import lru_cache
from typing import Any, cast

import jmespath
from jmespath.exceptions import (
    IncompleteExpressionError,
    JMESPathError,
    JMESPathTypeError,
    LexerError,
    ParseError,
)
from jmespath.functions import Functions

from bot import kept_texts as kept
from bot.catalogue import Event
from bot.errors import HeraldError
from bot.outbox.filter_budget import STEPS_LIMIT, Evaluation, TooManySteps

LENGTH_LIMIT = 500  # characters
DEPTH_LIMIT = 64  # of one part inside another: 60 comparisons joined by `||` are that deep
REMEMBERED = 512  # parsed expressions

# Those that answer a question. What builds or sorts lists is no help in deciding, and costs.
FUNCTIONS = (
    "abs",
    "avg",
    "ceil",
    "contains",
    "ends_with",
    "floor",
    "keys",
    "length",
    "max",
    "min",
    "not_null",
    "starts_with",
    "sum",
    "to_array",
    "to_number",
    "to_string",
    "type",
    "values",
)


class FilterProblem(StrEnum):
    """Problem of an expression; the words for it are the feature's."""

    LONG = auto()
    DEEP = auto()
    UNFINISHED = auto()  # it ends where something must follow
    UNCLOSED = auto()  # a quote
    JSON = auto()  # between backticks stands no JSON
    SIGN = auto()  # one that the language does not have
    MISPLACED = auto()  # one that cannot stand there
    FUNCTION = auto()  # that a filter does not have
    ARGUMENTS = auto()  # too few or too many
    REFERENCE = auto()  # `&…`, for functions that a filter does not have


class BadFilter(HeraldError):
    """An expression that cannot be a filter; `at` counts characters from 0."""

    def __init__(self, why: FilterProblem, *, at: int | None = None, what: str = "") -> None:
        super().__init__(f"{why} at {at}: {what}")
        self.why = why
        self.at = at
        self.what = what


class FilterFailed(HeraldError):
    """A filter could not be evaluated on an event; the message says why, and quotes no data."""


@lru_cache(maxsize=REMEMBERED)
def parse(expression: str) -> Any:
    """The expression as a tree; BadFilter says what is wrong with it."""
    if len(expression) > LENGTH_LIMIT:
        raise BadFilter(FilterProblem.LONG)
    try:
        with warnings.catch_warnings():
            # `ban` in backticks for 'ban': other readers of the language refuse it by now.
            warnings.simplefilter("error", PendingDeprecationWarning)
            tree = jmespath.compile(expression).parsed
    except PendingDeprecationWarning as error:
        raise BadFilter(FilterProblem.JSON) from error
    except RecursionError as error:
        raise BadFilter(FilterProblem.DEEP) from error
    except JMESPathError as error:
        raise _unreadable(expression, error) from error
    _check(tree)
    return tree


def seen(event: Event) -> dict[str, Any]:
    """What a filter sees of an event."""
    data = json.loads(event.data())
    return {"type": event.type, "guild_id": str(event.guild_id), "data": data}


def lets_through(expression: str, sight: dict[str, Any]) -> bool:
    """Whether the filter is true of what was `seen`; FilterFailed where nobody can tell."""
    try:
        value = Evaluation().visit(parse(expression), sight)
    except TooManySteps as error:
        raise FilterFailed(kept.FILTER_STEPS.format(number=STEPS_LIMIT)) from error
    except JMESPathTypeError as error:
        wanted = "/".join(error.expected_types)
        text = kept.FILTER_TYPES.format(
            function=error.function_name, types=wanted, type=error.actual_type
        )
        raise FilterFailed(text) from error
    except BadFilter as error:
        raise FilterFailed(kept.FILTER_UNREAD) from error
    except TypeError as error:
        raise FilterFailed(kept.FILTER_COMPARES) from error
    except Exception as error:  # an expression can fail in ways of its own; never the change
        raise FilterFailed(kept.FILTER_FAILED.format(error=type(error).__name__)) from error
    return not (value is None or value is False or value in ("", [], {}))


def _unreadable(expression: str, error: JMESPathError) -> BadFilter:
    if isinstance(error, IncompleteExpressionError):
        return BadFilter(FilterProblem.UNFINISHED, at=len(expression))
    if isinstance(error, LexerError):
        return _no_sign(expression, error)
    if isinstance(error, ParseError):
        return BadFilter(
            FilterProblem.MISPLACED, at=error.lex_position, what=str(error.token_value)
        )
    return BadFilter(FilterProblem.UNFINISHED, at=0)  # it is empty


def _no_sign(expression: str, error: LexerError) -> BadFilter:
    at = error.lexer_position
    if error.message.startswith("Unclosed"):
        return BadFilter(FilterProblem.UNCLOSED, at=at, what=expression[at])
    is_json = expression[at : at + 1] in ("`", '"')
    return BadFilter(
        FilterProblem.JSON if is_json else FilterProblem.SIGN, at=at, what=str(error.lexer_value)
    )


def _check(tree: Any) -> None:
    """Refuse what could go too deep, and what would fail on every event."""
    waiting = [(cast("dict[str, Any]", tree), 1)]
    while waiting:
        node, depth = waiting.pop()
        if depth > DEPTH_LIMIT:
            raise BadFilter(FilterProblem.DEEP)
        if node["type"] == "expref":
            raise BadFilter(FilterProblem.REFERENCE)
        if node["type"] == "function_expression":
            _check_call(node["value"], len(node["children"]))
        if node["type"] != "slice":  # whose children are numbers
            waiting.extend((child, depth + 1) for child in node["children"])


def _check_call(name: str, given: int) -> None:
    if name not in FUNCTIONS:
        raise BadFilter(FilterProblem.FUNCTION, what=name)
    wanted = Functions.FUNCTION_TABLE[name]["signature"]
    is_open = wanted[-1].get("variadic", False)
    if given < len(wanted) or (given > len(wanted) and not is_open):
        raise BadFilter(FilterProblem.ARGUMENTS, what=name)
