"""Placeholders such as {name} in a text that a server's staff write, checked when it is chosen."""

import string
from collections.abc import Collection

from pydantic_core import PydanticCustomError

from bot.texts import _
from bot.user_text import clean_paragraphs


def fillable(text: str, known: Collection[str]) -> str:
    """The text, of which something is seen and whose every brace is one of `known`.

    What is wrong is said as pydantic wants it of a validator.
    """
    wrong = _first_wrong(text, known)
    if wrong is not None:
        *most, last = (f"{{{name}}}" for name in known)
        message = _("“{wrong}” cannot be filled in; use {names} or {last}, and no other braces")
        raise _refused("placeholder", message.format(wrong=wrong, names=", ".join(most), last=last))
    if not clean_paragraphs(text):
        raise _refused("unseen", _("nothing in it is seen"))
    return text


def _refused(kind: str, message: str) -> PydanticCustomError:
    # The message is literal: pydantic would fill its braces from a context.
    return PydanticCustomError(kind, "{message}", {"message": message})  # pyright: ignore[reportArgumentType] - it takes literals, and these are


def _first_wrong(text: str, known: Collection[str]) -> str | None:
    """What in the text is no placeholder that there is."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return "{" if "{" in text else "}"
    for _literal, name, form, conversion in parts:
        if name is not None and (name not in known or form or conversion):
            return "{" + name + "}"
    return None
