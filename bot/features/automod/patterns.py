"""Patterns that people write: in RE2, which never goes back over a text, within limits.

RE2's time grows with the text alone, whatever the pattern. What it does not know (looking around,
going back to what was found) is refused with its own words.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from bot.errors import UserError
from bot.features.automod.terms import LONGEST_PATTERN
from bot.lookalikes.forms import closed_up
from bot.lookalikes.plain_text import PlainText, plain
from bot.texts import _
from bot.user_text import repeated

re2: Any = import_module("re2")  # it tells nothing of its types

LARGEST_PROGRAM = 2_000  # instructions; a usual pattern has some dozens
PATTERN_MEMORY = 1 << 20  # bytes of one pattern's program and states
SET_MEMORY = 32 << 20  # of all of a guild's together
ORDINARY = (
    (
        *("hello everybody, how are you today?", "ok", "see you at 8, bring 2 friends"),
        *("lol that was great", "https://example.org/page?id=7"),
    ),
    ("Привет, как дела?", "да", "увидимся завтра вечером", "это было здорово", "пока не знаю"),
    ("こんにちは", "はい、そうです", "今日は何をしますか", "ありがとう", "それは面白い"),
    ("مرحبا بكم", "نعم", "كيف حالك اليوم", "أراك غدا", "هذا رائع"),
    ("नमस्ते", "हाँ", "आप कैसे हैं", "कल मिलते हैं", "यह बहुत अच्छा था"),
)
"""What people write all day, by script: a rule that finds something in all of one but one of them
finds something in everything."""


def finds_everything(finds: Callable[[str], bool]) -> bool:
    """Whether that finds something in nearly all that is written in one script."""
    return any(sum(map(finds, texts)) >= len(texts) - 1 for texts in ORDINARY)


@dataclass(frozen=True, slots=True)
class PatternFound:
    """What a pattern found: where it stands in what was typed."""

    rule_id: int
    pattern: str
    start: int
    end: int


def compiled(pattern: str) -> Any:
    """The pattern, ready to be asked; a UserError says why it is refused."""
    if len(pattern) > LONGEST_PATTERN:
        text = _("A pattern may have {most} characters: “{typed}” is longer.")
        raise UserError(text.format(most=LONGEST_PATTERN, typed=repeated(pattern)))
    try:
        made = re2.compile(pattern, _options(PATTERN_MEMORY))
    except re2.error as error:
        text = _("The pattern “{typed}” is refused: {why}.")
        raise UserError(text.format(typed=repeated(pattern), why=_said(error))) from None
    if made.programsize > LARGEST_PROGRAM:
        text = _("The pattern “{typed}” is too large: write smaller counts in its braces.")
        raise UserError(text.format(typed=repeated(pattern)))
    return made


def refuse_pattern(pattern: str) -> None:
    """A UserError where a pattern cannot be used, or would find something in every message."""
    made = compiled(pattern)
    if made.search("") or finds_everything(lambda one: made.search(plain(one).text) is not None):
        text = _("The pattern “{typed}” finds something in every message: make it narrower.")
        raise UserError(text.format(typed=repeated(pattern)))


class PatternSet:
    """Set of the patterns of some rules: asked at once whether any of them finds something.

    All of them stand in one pattern: RE2's own set says nothing where its memory does not suffice,
    as if nothing had been found.
    """

    def __init__(self, rules: Mapping[int, Sequence[str]]) -> None:
        self._patterns = [
            (rule_id, pattern, compiled(pattern))
            for rule_id, patterns in rules.items()
            for pattern in patterns
        ]
        together = "|".join(f"(?:{pattern})" for _rule_id, pattern, _made in self._patterns)
        self._any: Any = None
        if together:
            self._any = re2.compile(together, _options(SET_MEMORY, captures=False))

    def find(self, read: PlainText) -> dict[int, PatternFound]:
        """For each rule the first of its patterns that finds something."""
        found = dict[int, PatternFound]()
        if self._any is None or self._any.search(read.text) is None:
            return found
        for rule_id, pattern, made in self._patterns:
            if rule_id not in found and (where := made.search(read.text)) and where.group():
                found[rule_id] = PatternFound(rule_id, pattern, *read.origin(*where.span()))
        return found


def _options(memory: int, *, captures: bool = True) -> Any:
    options = re2.Options()
    options.never_capture = not captures
    options.max_mem = memory
    options.case_sensitive = False
    options.log_errors = False
    return options


def _said(error: Exception) -> str:
    """RE2's own words, which come as bytes."""
    (said, *_rest) = error.args or (b"",)
    words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return repeated(closed_up(words), 120)
