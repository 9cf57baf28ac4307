"""Problems that a model finds with what was typed, in the reader's words instead of pydantic's."""

from typing import Any

from bot.texts import N_, _

SAID = {
    "greater_than_equal": N_("the least is {ge}"),
    "less_than_equal": N_("the most is {le}"),
    "less_than": N_("it must be less than {lt}"),
    "string_too_long": N_("{max_length} characters are the most"),
    "string_too_short": N_("something must stand there"),
    "int_parsing": N_("a whole number is needed"),
    "int_type": N_("a whole number is needed"),
    "int_from_float": N_("a whole number is needed"),
    "float_parsing": N_("a number is needed"),
    "literal_error": N_("one of these is needed: {expected}"),
    "string_pattern_mismatch": N_("it is not written as it must be"),
    "missing": N_("this is missing"),
    "extra_forbidden": N_("there is no such field"),
    "json_invalid": N_("it cannot be read as JSON"),
}
"""By pydantic's names for them."""


def said(one: Any) -> str:
    """One of `ValidationError.errors()`; what a model of ours refuses is in words already."""
    given = one.get("ctx", {})
    text = SAID.get(one["type"])
    if text is not None:
        listed = str(given.get("expected", "")).replace(" or ", ", ")
        return _(text).format(**{**given, "expected": listed})
    # A ValueError of ours, or a PydanticCustomError that holds our message.
    ours = given.get("error", given.get("message"))
    return _("that cannot stand there") if ours is None else str(ours)
