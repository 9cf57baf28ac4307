"""Keyword index: all words of all rules of a guild in a few automata, every text in one pass each.

Measured on a message of 200 characters, pyahocorasick takes 5 µs and RE2's set 2 µs; of 50,000
words the set takes twice the memory and time to be made, and does not say where a word stood.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from bot.features.automod.terms import KeywordTerms
from bot.lookalikes.forms import FormKind, WordForm, bare, closed_up, forms, undrawn
from bot.lookalikes.plain_text import PlainText, plain

_ahocorasick: Any = import_module("ahocorasick")  # it tells nothing of its types

# Words of one automaton: making it keeps the interpreter to itself, 15 ms for so many.
CHUNK = 5_000
ACCENTS_FROM = 5  # letters of a word from which on it is sought without accents, too
UNSPACED = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF)),
    *((0x3400, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0x20000, 0x3134F)),
)
"""Scripts without spaces, or whose words take endings on: there one has no edges. First, last."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A word of a rule, in one of the shapes in which it is sought."""

    rule_id: int
    word: str
    kinds: FormKind
    opens: bool  # whether it must begin a word
    closes: bool
    is_allowed: bool = False


@dataclass(frozen=True, slots=True)
class FoundWord:
    """A word of a rule in a text: where it stands in what was typed."""

    rule_id: int
    word: str
    start: int
    end: int


@dataclass(slots=True)
class KeywordIndex:
    """Index of the words of some rules, made once and then only asked."""

    _automata: list[Any] = field(default_factory=list[Any])
    is_leet: bool = False

    @classmethod
    def of(cls, rules: Mapping[int, KeywordTerms]) -> "KeywordIndex":
        """Over the rules by their number."""
        shapes = defaultdict[str, list[IndexEntry]](list)
        for rule_id, terms in rules.items():
            for shape, entry in _entries(rule_id, terms):
                shapes[shape].append(entry)
        listed = list(shapes.items())
        automata = [_automaton(listed[at : at + CHUNK]) for at in range(0, len(listed), CHUNK)]
        return cls(automata, is_leet=any(terms.leet for terms in rules.values()))

    def find(self, read: PlainText) -> dict[int, FoundWord]:
        """For each rule the first of its words that stands there and is not allowed."""
        if not self._automata:
            return {}
        found = dict[int, FoundWord]()
        allowed = defaultdict[int, list[FoundWord]](list)
        seen = list[FoundWord]()
        for form in forms(read, is_leet=self.is_leet):
            for entry, one in self._in(form):
                if entry.is_allowed:
                    allowed[entry.rule_id].append(one)
                else:
                    seen.append(one)
        for one in seen:
            if one.rule_id not in found and not _is_within(one, allowed.get(one.rule_id, ())):
                found[one.rule_id] = one
        return found

    def _in(self, form: WordForm) -> Iterator[tuple[IndexEntry, FoundWord]]:
        text = form.text
        for automaton in self._automata:
            for last, (length, entries) in automaton.iter(text):
                start, end = last + 1 - length, last + 1
                for entry in entries:
                    if _fits(entry, form, start, end):
                        where = form.plain.origin(start, end)
                        yield entry, FoundWord(entry.rule_id, entry.word, *where)


def _automaton(shapes: Sequence[tuple[str, list[IndexEntry]]]) -> Any:
    automaton = _ahocorasick.Automaton()
    for shape, entries in shapes:
        automaton.add_word(shape, (len(shape), tuple(entries)))
    automaton.make_automaton()
    return automaton


def _entries(rule_id: int, terms: KeywordTerms) -> Iterator[tuple[str, IndexEntry]]:
    for word in terms.words:
        yield from _shapes(rule_id, word, terms, is_allowed=False)
    for word in terms.allow:
        yield from _shapes(rule_id, word, terms, is_allowed=True)


def _shapes(
    rule_id: int, word: str, terms: KeywordTerms, *, is_allowed: bool
) -> Iterator[tuple[str, IndexEntry]]:
    """The shapes of a word: as it is, as one run, and with each letter once."""
    whole = closed_up(plain(word.strip("*")).text).strip()
    if not whole:
        return
    opens = terms.whole_word and not word.startswith("*")
    closes = terms.whole_word and not word.endswith("*")

    def entry(kinds: FormKind) -> IndexEntry:
        return IndexEntry(rule_id, word, kinds, opens, closes, is_allowed)

    letters = sum(map(str.isalpha, whole))
    kinds = FormKind.PLAIN | FormKind.SPACED
    if terms.accents or letters >= ACCENTS_FROM or bare(whole) != whole:
        kinds |= FormKind.BARE
    if terms.leet:
        kinds |= FormKind.LEET
    yield whole, entry(kinds)
    together = whole.replace(" ", "")
    if together != whole:
        yield together, entry(kinds & (FormKind.SPACED | FormKind.LEET))
    if (short := undrawn(whole)) and letters > 1:
        yield short, entry(FormKind.DRAWN)


def _fits(entry: IndexEntry, form: WordForm, start: int, end: int) -> bool:
    """Whether the word may be found in that form, and stands apart where it must."""
    if form.kind & ~entry.kinds or not form.shows(start, end):
        return False
    text = form.text if form.before is None else form.before
    return not (
        (entry.opens and start > 0 and _is_joined(text[start - 1], text[start]))
        or (entry.closes and end < len(text) and _is_joined(text[end - 1], text[end]))
    )


def _is_joined(one: str, other: str) -> bool:
    """Whether both belong to one word."""
    return one.isalnum() and other.isalnum() and not (_is_unspaced(one) or _is_unspaced(other))


def _is_unspaced(character: str) -> bool:
    code = ord(character)
    return code > UNSPACED[0][0] and any(first <= code <= last for first, last in UNSPACED)


def _is_within(one: FoundWord, allowed: Sequence[FoundWord]) -> bool:
    return any(other.start <= one.start and one.end <= other.end for other in allowed)
