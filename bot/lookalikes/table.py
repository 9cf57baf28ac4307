"""Table of characters that look like a letter from a to z. `python -m tools.confusables` writes it.

Its source is Unicode's table of confusables (Technical Standard 39), see UNICODE-LICENSE.txt.
"""

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LOOKALIKES = Path(__file__).parent / "lookalikes.json"

# Letters of living Latin alphabets, which are no disguise: accented ones of Europe, Turkey,
# Vietnam, of Pinyin and of African languages. In ranges, first and last.
_LIVING = (
    *((0xC0, 0x17F), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x1CD, 0x1DC), (0x1E6, 0x1E7)),
    *((0x1F8, 0x1F9), (0x218, 0x21B), (0x192, 0x192), (0x253, 0x257), (0x1E00, 0x1EFF)),
)
# Scripts that people write in, by the first word of their characters' names. Others are dresses.
_WRITTEN = """
ARABIC ARMENIAN BENGALI CANADIAN CHEROKEE CJK CYRILLIC DEVANAGARI ETHIOPIC GEORGIAN GREEK GUJARATI
GURMUKHI HANGUL HEBREW HIRAGANA KANNADA KATAKANA KHMER LAO LATIN MALAYALAM MYANMAR NKO ORIYA
SINHALA SYRIAC TAMIL TELUGU THAANA THAI TIBETAN TIFINAGH VAI YI
"""


def _read() -> tuple[Mapping[str, str], Mapping[str, str]]:
    kinds: dict[str, dict[str, str]] = json.loads(LOOKALIKES.read_text(encoding="utf-8"))
    near, far = (
        {one: letter for letter, alike in kinds[kind].items() for one in alike}
        for kind in ("near", "far")
    )
    return near, far


NEAR, _FAR = _read()
EITHER = {**NEAR, **_FAR}


@cache
def script_of(character: str) -> str:
    """The script of a letter, by the first word of its name; empty for what has none."""
    return unicodedata.name(character, "").partition(" ")[0] if character.isalpha() else ""


def is_written(script: str) -> bool:
    """Whether people write ordinary words in it today."""
    return script in _WRITTEN.split()


def is_living(character: str) -> bool:
    """Whether it is an accented letter of a living Latin alphabet, in small letters."""
    return any(first <= ord(character) <= last for first, last in _LIVING)
