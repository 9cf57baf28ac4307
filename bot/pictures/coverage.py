"""Coverage: which of the shipped fonts has a character. `python -m tools.fonts` writes both."""

import json
from bisect import bisect_right
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
BOUNDS: dict[str, list[int]] = json.loads((FONTS / "coverage.json").read_text(encoding="utf-8"))
FIRST, *_, EMOJI = BOUNDS  # in the order in which they are asked
BOLD = FIRST.replace("Regular", "Bold")


def covers(font: str, character: str) -> bool:
    """Whether the font has the character."""
    return bisect_right(BOUNDS[font], ord(character)) % 2 == 1


@cache
def font_of(character: str) -> str | None:
    """The first font that has the character."""
    return next((font for font in BOUNDS if covers(font, character)), None)
