"""Line: a text cut into runs of one font and one direction, from left to right."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from bot.pictures import bidi
from bot.pictures.coverage import BOUNDS, EMOJI, FIRST, covers, font_of

UNKNOWN = "\ufffd"  # stands for what no font has
LONGEST = 1_000  # characters; no picture is so wide, and a hostile line must not take seconds
MARKS = 5  # on one letter; more would be drawn over the lines above and below

JOINERS = "\u200c\u200d"
JOINER, EMOJI_STYLE, KEYCAP = "\u200d", "\ufe0f", "\u20e3"
TONES = "\U0001f3fb-\U0001f3ff"
LETTERS = "\U0001f1e6-\U0001f1ff"  # of which two are a flag
TAGS = "\U000e0020-\U000e007f"  # spell the flags of England, Scotland and Wales
BREAKS = re.compile("[\t-\r\x1c-\x1f\x85\u2028\u2029]+")
HIDDEN = re.compile("[\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # choose between forms


@dataclass(frozen=True, slots=True)
class Cluster:
    """Characters never torn apart: a letter with its marks, or an emoji with all its parts."""

    text: str
    font: str


@dataclass(frozen=True, slots=True)
class TextRun:
    """Characters in the order of reading that one font draws in one direction."""

    text: str
    font: str
    level: int

    @property
    def leftward(self) -> bool:
        return self.level % 2 == 1


def runs(text: str) -> tuple[TextRun, ...]:
    """The line's runs from left to right; each emoji is one of its own."""
    return _runs(text[:LONGEST])


def clusters(text: str) -> tuple[Cluster, ...]:
    """The text in one line; what is not to be seen, as marks of direction, is left out."""
    return _clusters(text[:LONGEST])


@lru_cache(1024)
def _runs(text: str) -> tuple[TextRun, ...]:
    parts = _clusters(text)
    levels = bidi.levels([part.text[0] for part in parts])
    found: list[TextRun] = []
    placed = enumerate(zip(parts, levels, strict=True))
    for (font, level, _alone), group in groupby(placed, _key):
        found.append(TextRun("".join(part.text for _, (part, _) in group), font, level))
    return tuple(bidi.visual(found, lambda run: run.level))


@lru_cache(1024)
def _clusters(text: str) -> tuple[Cluster, ...]:
    text = unicodedata.normalize("NFC", BREAKS.sub(" ", text))
    found: list[Cluster] = []
    at = 0
    while at < len(text):
        cluster, at = _emoji(text, at) or _letter(text, at)
        if cluster is not None:
            found.append(cluster)
    return tuple(found)


def _key(placed: tuple[int, tuple[Cluster, int]]) -> tuple[str, int, int]:
    index, (cluster, level) = placed
    return cluster.font, level, index if cluster.font == EMOJI else -1


def _sequences() -> re.Pattern[str]:
    """Emoji with all that may follow, as Unicode's Technical Standard 51 lets them be built."""
    bounds = zip(BOUNDS[EMOJI][::2], BOUNDS[EMOJI][1::2], strict=True)
    rows = "".join(f"{chr(first)}-{chr(end - 1)}" for first, end in bounds if first > 0x7F)
    one = f"(?![{JOINERS}{EMOJI_STYLE}{KEYCAP}{TAGS}])[{rows}](?:{EMOJI_STYLE}|[{TONES}])?"
    return re.compile(
        f"[0-9#*]{EMOJI_STYLE}?{KEYCAP}|[{LETTERS}]{{2}}"
        # As long as any that is known: of a longer one each part would be drawn, as one picture.
        f"|{one}[{TAGS}]{{0,7}}(?:{JOINER}{one}){{0,4}}"
    )


SEQUENCE = _sequences()


def _emoji(text: str, at: int) -> tuple[Cluster, int] | None:
    match = SEQUENCE.match(text, at)
    # A character that may be text as well is an emoji where something asks for it.
    if match is None or (len(match[0]) == 1 and font_of(match[0]) != EMOJI):
        return None
    return Cluster(match[0], EMOJI), match.end()


def _letter(text: str, at: int) -> tuple[Cluster | None, int]:
    letter, font = text[at], font_of(text[at])
    at += 1
    if unicodedata.category(letter) in ("Cc", "Cf", "Cs") or HIDDEN.match(letter):
        return None, at
    if font is None or font == EMOJI:
        letter, font = UNKNOWN, FIRST
    while at < len(text) and (unicodedata.category(text[at])[0] == "M" or text[at] in JOINERS):
        if len(letter) <= MARKS and covers(font, text[at]):
            letter += text[at]
        at += 1
    return Cluster(letter, font), at
