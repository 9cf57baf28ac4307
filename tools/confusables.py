"""Writes bot/lookalikes/lookalikes.json anew: which characters look like a letter from a to z.

Run by hand, with Unicode's table of confusables as ICU has it:

    apt-get install libicu-dev
    python -m tools.confusables

`near` ones are those of Unicode's table, and Latin letters in another dress; `far` ones people use
for a letter all the same, as in "Яussia", and they count inside a Latin word alone.
"""

import ctypes
import ctypes.util
import json
import re
import string
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).parent.parent / "bot" / "lookalikes" / "lookalikes.json"
LETTERS = string.ascii_lowercase
# Letters that Unicode's table keeps apart, and that stand for Latin ones when it suits somebody.
FAR = {
    "a": "λᗩ", "b": "вьъβᗷ", "c": "ᑕ", "d": "δᗪ", "e": "єεσᗴ", "f": "ᖴ", "g": "ᘜ", "h": "нᕼ",
    "i": "їᓰ", "j": "ᒍ", "k": "кκ", "l": "ᒪ", "m": "мᗰ", "n": "ипηπᑎ", "o": "ф", "p": "ᑭ",
    "q": "ᑫ", "r": "яᖇ", "s": "ᔕ", "t": "тτ", "u": "цμᑌ", "v": "ᐯ", "w": "шщωᗯ", "z": "ᘔ",
}  # fmt: skip
DRESSED = re.compile(
    r"(?:LATIN (?:SMALL|CAPITAL) LETTER|LATIN LETTER SMALL CAPITAL|REGIONAL INDICATOR SYMBOL LETTER"
    r"|NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER|SQUARED LATIN CAPITAL LETTER) "
    r"([A-Z])(?: WITH .*)?"
)


class Skeletons:
    """Skeletons of texts by ICU: what looks the same has the same one (Unicode's report 39)."""

    def __init__(self) -> None:
        path = ctypes.util.find_library("icui18n")
        found = re.search(r"(?<=\.so\.)\d+", path or "")
        if path is None or found is None:
            sys.exit("ICU is missing: apt-get install libicu-dev")
        library = ctypes.CDLL(path)
        begin = getattr(library, f"uspoof_open_{found[0]}")
        begin.restype = ctypes.c_void_p
        error = ctypes.c_int(0)
        self._checker = ctypes.c_void_p(begin(ctypes.byref(error)))
        self._ask = getattr(library, f"uspoof_getSkeletonUTF8_{found[0]}")

    def of(self, text: str) -> str:
        given, answer, error = text.encode(), ctypes.create_string_buffer(256), ctypes.c_int(0)
        length = self._ask(
            self._checker, 0, given, len(given), answer, len(answer), ctypes.byref(error)
        )
        return answer.raw[:length].decode() if error.value <= 0 else ""


def letters(skeletons: Skeletons) -> dict[str, str]:
    """Which letter a skeleton stands for; that of `m` is `rn`."""
    known = {skeletons.of(one.upper()): one for one in LETTERS}
    return known | {skeletons.of(one): one for one in LETTERS}


def lookalike(character: str, skeletons: Skeletons, known: dict[str, str]) -> str | None:
    """The letter that a character looks like, or is in another dress."""
    if dressed := DRESSED.fullmatch(unicodedata.name(character, "")):
        return dressed[1].lower()
    skeleton = skeletons.of(character)
    if skeleton == "l" and character.isupper():
        return "i"  # what looks like I
    return known.get(skeleton)


def candidates() -> Iterator[str]:
    """Letters and symbols that are no letter from a to z after NFKC and small letters."""
    for number in range(0x80, 0x20000):
        character = chr(number)
        if unicodedata.category(character) not in {"Ll", "Lu", "Lo", "Lm", "So", "Nl"}:
            continue
        if not unicodedata.normalize("NFKC", character).isascii():
            yield character


def main() -> None:
    skeletons = Skeletons()
    known = letters(skeletons)
    near, far = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    small: dict[str, str] = {}
    for character in candidates():
        letter = lookalike(character, skeletons, known)
        if letter is not None:
            near[letter].add(character)
            small[character] = letter
    for character in candidates():
        between = skeletons.of(character)  # such as a small capital, which looks like the letter
        if character not in small and between in small:
            far[small[between]].add(character)
    for letter, more in FAR.items():
        for others in far.values():
            others.difference_update(more)
        far[letter].update(one for one in more if one not in small)
    written = {
        kind: {letter: "".join(sorted(found[letter])) for letter in LETTERS if found[letter]}
        for kind, found in (("near", near), ("far", far))
    }
    TARGET.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(TARGET, *(f"{kind}: {sum(map(len, found.values()))}" for kind, found in written.items()))


if __name__ == "__main__":
    main()
