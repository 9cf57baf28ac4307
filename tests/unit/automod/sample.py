"""Sample of a labelled set: what somebody does, and the category of the rule that should see it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.features.automod.terms import Category
from bot.message_content import NOBODY, FileContent, Mentions


@dataclass(frozen=True, slots=True)
class Sample:
    """A message with what the same person sent before it, or an account of that age that joins.

    `before` is by channel, each `apart` seconds after the one before it.
    """

    text: str = ""
    wanted: Category | None = None
    files: tuple[FileContent, ...] = ()
    mentions: Mentions = NOBODY
    before: tuple[tuple[int, str], ...] = ()
    apart: float = 1
    age: timedelta | None = None
