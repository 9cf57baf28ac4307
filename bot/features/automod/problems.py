"""Problems of what was typed or imported, in words that say what to write instead."""

from typing import Any

from pydantic import ValidationError

from bot.problems import said
from bot.texts import N_, _
from bot.user_text import repeated

SAID: dict[str, str] = {
    "string_too_long": N_("“{typed}” is too long: {max_length} characters are the most."),
    "string_too_short": N_("this is too short, or empty: write something, or leave it out."),
    "string_pattern_mismatch": N_("“{typed}” is not written as it must be."),
    "too_long": N_("these are too many: {max_length} are the most."),
    "greater_than_equal": N_("the least is {ge}."),
    "less_than_equal": N_("the most is {le}."),
    "extra_forbidden": N_("there is no such field: take it out."),
    "missing": N_("this is missing."),
}


def problem_of(error: ValidationError) -> str:
    """The first of them, with the field that it is about."""
    (first, *_more) = error.errors()
    return said_of(first)


def said_of(one: Any) -> str:
    """One of them."""
    field = ".".join(str(part) for part in one["loc"])
    return f"{repeated(field)}: {_said(one)}" if field else _said(one)


def _said(one: Any) -> str:
    context = one.get("ctx", {})
    text = SAID.get(one["type"])
    if text is None:
        return said(one)
    return _(text).format(**{**context, "typed": repeated(str(one["input"]))})
