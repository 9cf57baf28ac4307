"""What a person typed: made fit to be kept, and fit to be shown as it was typed."""

import re
import unicodedata

_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_UNSEEN = frozenset("\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff")
"""Marks of no width that no script needs; joiners stay: emoji and some scripts are written so."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols, as Unicode counts them, of which nothing is seen."""
_MARKS = re.compile(r"([\\*_~`|<>()\[\]#-])")
_EMPTY_LINES = re.compile(r"\n{3,}")


def clean_text(text: str) -> str:
    """One paragraph, without control characters and marks that turn the reading direction."""
    visible = "".join(
        " " if unicodedata.category(one) == "Cc" else one
        for one in text
        if unicodedata.bidirectional(one) not in _TURNING and unicodedata.category(one) != "Cs"
    )
    return " ".join(visible.split())


def clean_paragraphs(text: str) -> str:
    """The same with its lines kept, at most one of them empty between two; in Unicode's NFC.

    Empty where nothing in it can be seen.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = "".join(one for one in text if one not in _UNSEEN).split("\n")
    joined = unicodedata.normalize("NFC", "\n".join(map(clean_text, lines)))
    cleaned = _EMPTY_LINES.sub("\n\n", joined).strip("\n")
    return cleaned if any(map(_is_seen, cleaned)) else ""


def plain(text: str) -> str:
    """What a person typed, so that it shows as typed: no links, mentions or headings in it."""
    return _MARKS.sub(r"\\\1", text)


def _is_seen(character: str) -> bool:
    return character not in _BLANK and unicodedata.category(character)[0] not in "CMZ"
