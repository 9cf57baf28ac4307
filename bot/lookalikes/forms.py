"""Forms in which a word can hide in plain text: without accents, spaced out, in digits, drawn out.

Each form keeps where its letters stood, so that what is found in it can be shown as it was typed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntFlag

from bot.lookalikes.plain_text import PlainText
from bot.lookalikes.table import NEAR, script_of

_RUN = re.compile(
    # Single letters with the same between them: f r e e, f.r.e.e, f - r - e - e.
    r"(?<![^\W_])[^\W_](?P<between>[\W_]{1,3})[^\W_](?:(?P=between)[^\W_])+(?![^\W_])"
)
_DRAWN_OUT = re.compile(r"(\w)\1\1")
_REPEATED = re.compile(r"([^\W\d_])\1+")
_GAP = re.compile(r"\s+")
_LEET = re.compile(r"[0134578@$!|+€£]")
_EITHER_ONE = re.compile(r"[1!|]")
_DIGITS = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "@": "a", "$": "s"}
_SIGNS = {"+": "t", "€": "e", "£": "l"}
_AS_I, _AS_L = (
    {ord(one): to for one, to in {**_DIGITS, **_SIGNS, **dict.fromkeys("1!|", letter)}.items()}
    for letter in ("i", "l")
)
_BARE = {ord(one): letter for one, letter in NEAR.items() if script_of(one) == "LATIN"}


class FormKind(IntFlag):
    """Kinds of form; of more than one where they are heaped upon one another."""

    PLAIN = 1
    BARE = 2
    SPACED = 4
    LEET = 8
    DRAWN = 16


@dataclass(frozen=True, slots=True)
class WordForm:
    """A text with one kind of disguise taken off.

    `before` is the text as it was before digits became letters, of the same length; `runs` are the
    parts that were spaced or drawn out, where they stand in what was typed.
    """

    kind: FormKind
    plain: PlainText
    before: str | None = None
    runs: tuple[tuple[int, int], ...] = ()

    @property
    def text(self) -> str:
        return self.plain.text

    def shows(self, start: int, end: int) -> bool:
        """Whether that part of it was in disguise: what was not is found in a simpler form."""
        if self.kind & (FormKind.SPACED | FormKind.DRAWN):
            begin, stop = self.plain.origin(start, end)
            return any(begin < last and first < stop for first, last in self.runs)
        if self.before is None:
            return True
        before = self.before[start:end]
        return before != self.text[start:end] and any(map(str.isalpha, before))


def forms(read: PlainText, *, is_leet: bool = False) -> Iterator[WordForm]:
    """All forms in which something could hide, the plain one first."""
    plain = WordForm(FormKind.PLAIN, _closed_up(read))
    yield plain
    bare = plain
    if not read.text.isascii() and (text := plain.text.translate(_BARE)) != plain.text:
        bare = WordForm(FormKind.BARE, PlainText(text, plain.plain.origins))
        yield bare
        read = PlainText(read.text.translate(_BARE), read.origins)
    whole = bare
    if spaced := _spaced(read):
        yield spaced
        whole = spaced
    if _DRAWN_OUT.search(bare.text):
        yield _drawn(bare.plain)
    if is_leet and _LEET.search(whole.text):
        yield from _leet(bare)
        if whole is not bare:
            yield from _leet(whole)


def undrawn(text: str) -> str:
    """With each letter once where it stands more often in a row."""
    return _REPEATED.sub(r"\1", text)


def bare(text: str) -> str:
    """Without accents."""
    return text.translate(_BARE)


def closed_up(text: str) -> str:
    """With one space wherever there is room."""
    return _GAP.sub(" ", text) if _is_wide(text) else text


def _is_wide(text: str) -> bool:
    """Whether there may be more room somewhere than a space; line ends are not printable."""
    return "  " in text or not text.isprintable()


def _closed_up(read: PlainText) -> PlainText:
    if not _is_wide(read.text):
        return read
    gaps = [(gap.start() + 1, gap.end()) for gap in _GAP.finditer(read.text)]
    return _without(read, gaps, " ")


def _spaced(read: PlainText) -> WordForm | None:
    """With what was spaced out drawn together; None where nothing was."""
    runs = list(_RUN.finditer(read.text))
    if not runs:
        return None
    cuts = [
        (place, place + width)
        for run in runs
        for width in (len(run["between"]),)
        for place in range(run.start() + 1, run.end(), width + 1)
    ]
    together = _closed_up(_without(read, cuts))
    return WordForm(FormKind.SPACED, together, runs=tuple(read.origin(*run.span()) for run in runs))


def _drawn(read: PlainText) -> WordForm:
    """With each letter once, wherever it was repeated."""
    cuts = [(found.start() + 1, found.end()) for found in _REPEATED.finditer(read.text)]
    runs = tuple(read.origin(first - 1, last) for first, last in cuts if last - first > 1)
    return WordForm(FormKind.DRAWN, _without(read, cuts), runs=runs)


def _leet(form: WordForm) -> Iterator[WordForm]:
    """With letters in place of digits and signs; of what can be two letters, either."""
    kind = FormKind.LEET | (form.kind & FormKind.SPACED)
    tables = (_AS_I, _AS_L) if _EITHER_ONE.search(form.text) else (_AS_I,)
    for table in tables:
        text = form.text.translate(table)
        if text != form.text:
            origins = form.plain.origins
            yield WordForm(kind, PlainText(text, origins), before=form.text, runs=form.runs)


def _without(read: PlainText, cuts: list[tuple[int, int]], gap: str = "") -> PlainText:
    """Without these parts; `gap` stands in place of the character before each, where it is one."""
    origins = range(len(read.text)) if read.origins is None else read.origins
    kept, places, last = list[str](), list[int](), 0
    for first, end in cuts:
        part = read.text[last:first]
        kept.append(part[:-1] + gap if gap else part)
        places.extend(origins[last:first])
        last = end
    kept.append(read.text[last:])
    places.extend(origins[last:])
    return PlainText("".join(kept), places)
