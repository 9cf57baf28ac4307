"""Plain text: in small letters, without what nobody sees, disguised letters in place of nothing.

Every step is linear in the length of what was typed: a cluster of a thousand marks costs as much
as a thousand letters.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.lookalikes.table import EITHER, NEAR, is_living, is_written, script_of

LONGEST_EXPANSION = 4  # characters that one may become: of the longest ligatures no word is made
KEPT_MARKS = 3  # marks of a letter that can belong to a word of any language
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc")
_SELECTORS = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0000-\U000e01ef]")
_MORE = "\0"
_OTHER = re.compile(r"[^\x00-\u024f\u1e00-\u1eff\u2010-\u2027]")  # than Latin and its signs
_WORD = re.compile(r"[^\W\d_]+")
_LEAST_LATIN = 2  # letters of a Latin word that says in which script somebody writes
_MARK_CATEGORIES = frozenset({"Mn", "Me"})


@dataclass(frozen=True, slots=True)
class PlainText:
    """Text, and for each of its characters where it stood in what was typed.

    `origins` is None where each stands where it stood.
    """

    text: str
    origins: Sequence[int] | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The part of what was typed that a part of the text comes from."""
        if self.origins is None:
            return start, end
        return self.origins[start], self.origins[end - 1] + 1


def plain(typed: str) -> PlainText:
    """What was typed, in plain letters."""
    if typed.isascii():
        return PlainText(typed.lower())
    text, origins = typed.translate(_SIMPLE), None
    if _MORE in text:
        text, origins = _Clusters(typed).read()
    return PlainText(_undressed(text) if _OTHER.search(text) else text, origins)


class _Clusters:
    """Letters with their marks, one after the other, as one small letter where there is one."""

    def __init__(self, typed: str) -> None:
        self._typed = typed
        self._text: list[str] = []
        self._origins: list[int] = []
        self._marks = 0  # of the letter before

    def read(self) -> tuple[str, list[int]]:
        text, origins = self._text, self._origins
        for place, character in enumerate(self._typed):
            if character < "\x80":
                text.append(character.lower())
                origins.append(place)
                self._marks = 0
                continue
            shape, is_mark = _shape(character)
            if is_mark:
                self._mark(shape)
                continue
            if shape:
                self._marks = 0
                text.extend(shape)
                origins.extend([place] * len(shape))
        return "".join(text), origins

    def _mark(self, mark: str) -> None:
        """One that makes another letter of the one before, or belongs to its script, stays."""
        self._marks += 1
        if self._marks > KEPT_MARKS or not self._text:
            return
        before = self._text[-1]
        joined = unicodedata.normalize("NFC", before + mark)
        if len(joined) == 1:
            self._text[-1] = _undressed_accent(joined)
        elif not unicodedata.name(mark, "COMBINING").startswith("COMBINING"):
            self._text.append(mark)
            self._origins.append(self._origins[-1])


@lru_cache(maxsize=8192)
def _shape(character: str) -> tuple[str, bool]:
    """What stands for a character, and whether it is a mark of the one before."""
    if _is_unseen(character):
        return "", False
    if unicodedata.category(character) in _MARK_CATEGORIES:
        return character, True
    if (letter := NEAR.get(character)) and not script_of(character.lower()):
        return letter, False  # a symbol such as a flag's half
    wide = unicodedata.normalize("NFKC", character)
    if len(wide) > LONGEST_EXPANSION:
        wide = character
    return "".join(_small(one) for one in wide), False


class _Simple(dict[int, str]):
    """Characters each of which becomes one; `_MORE` stands for what is not so simple."""

    def __missing__(self, code: int) -> str:
        shape, is_mark = _shape(chr(code))
        self[code] = shape if len(shape) == 1 and not is_mark else _MORE
        return self[code]


_SIMPLE = _Simple({code: chr(code).lower() for code in range(0x80)} | {0: " "})


def _small(character: str) -> str:
    """In small letters; a Latin one of no living alphabet, or of none but capitals, undressed."""
    if (letter := NEAR.get(character)) and script_of(character) != "LATIN":
        # One that looks like another letter as a capital is decided with its word.
        small = character.lower()
        return small if NEAR.get(small) == letter else character
    small = "i" if character == "İ" else character.casefold()
    return _undressed_accent(small) if letter and len(small) == 1 else small


def _undressed_accent(small: str) -> str:
    return small if is_living(small) else NEAR.get(small, small)


def _is_unseen(character: str) -> bool:
    return (
        character in _UNSEEN
        or unicodedata.category(character) in {"Cf", "Cc"}
        or _SELECTORS.match(character) is not None
    )


def _undressed(text: str) -> str:
    """With Latin letters in place of those that only look like them, word by word."""
    words = [(found.start(), _look(found.group())) for found in _WORD.finditer(text)]
    writes_latin = any(look.is_latin for _, look in words)
    ordinary = {look.ordinary for _, look in words}
    letters = [
        (start + place, letter)
        for start, look in words
        if look.letters
        and (look.is_mixed or look.is_dress or (writes_latin and look.scripts.isdisjoint(ordinary)))
        for place, letter in look.letters
    ]
    if letters:
        shown = list(text)
        for place, letter in letters:
            shown[place] = letter
        text = "".join(shown)
    # What was no letter of Latin after all is a small letter as any other.
    small = text.lower()
    return small if len(small) == len(text) else text


@dataclass(frozen=True, slots=True)
class _Look:
    """Look of a word: what letters it could stand for, in which scripts it is written.

    `letters` are the Latin ones that it shows, none where one of its own cannot be taken for one;
    `ordinary` is its script where nobody could take it for Latin. Mixed is one that has Latin
    letters too, a dress one in letters that nobody writes in.
    """

    letters: tuple[tuple[int, str], ...] = ()
    scripts: frozenset[str] = frozenset()
    ordinary: str | None = None
    is_latin: bool = False
    is_mixed: bool = False
    is_dress: bool = False


@lru_cache(maxsize=4096)
def _look(word: str) -> _Look:
    is_latin = sum(one < "\x80" for one in word) >= _LEAST_LATIN
    others = [(place, one) for place, one in enumerate(word) if script_of(one) != "LATIN"]
    scripts = frozenset(script_of(one) for _, one in others)
    is_mixed = 0 < len(others) < len(word)
    table = EITHER if is_mixed else NEAR
    if not all(one in table for _, one in others):
        ordinary = next(iter(scripts)) if len(scripts) == 1 and not is_mixed else None
        return _Look(scripts=scripts, ordinary=ordinary, is_latin=is_latin)
    letters = tuple((place, table[one]) for place, one in others)
    is_dress = not any(map(is_written, scripts))
    return _Look(letters, scripts, None, is_latin, is_mixed, is_dress)
