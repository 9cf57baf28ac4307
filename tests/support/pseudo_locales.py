"""Pseudo-locales: languages that nobody speaks, made of the English texts.

In one every letter has an accent and every text is half as long again, between brackets: what was
put together, cut off or never marked for translation shows. Another runs from right to left. In the
last every sentence bears a mark, by which it is known wherever it turns up; the rest is English.
"""

import re
from collections.abc import Callable, Generator
from contextlib import contextmanager
from gettext import NullTranslations
from itertools import cycle, islice
from pathlib import Path

from babel.messages.pofile import read_po

from bot.texts import (
    _current,  # pyright: ignore[reportPrivateUsage] - what is looked up in it
    use,
)
from tools.texts import TEMPLATE, compiled

Spell = Callable[[str], str]

ACCENTED = "en_XA"
MIRRORED = "ar_XB"
MARK = "‡"
WORDS_OF_A_LABEL = 3

_KEPT = re.compile(r"(\{[^{}]*\}|<[^>]*>|`[^`]*`|https?://\S+|(?<![\w/])/[a-z]+)")
_NAMES = re.compile(
    r"```.*?```|`[^`]*`|<[^>]*>|https?://\S+|(?<!\w)/[a-z]+( [a-z]+)*|\w*[._\d]\w[\w.]*|"
    r"\b[0-9a-f]{32,}\b|PostgreSQL|SQLite",
    re.DOTALL,
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ACCENTS = str.maketrans(
    _LETTERS + _LETTERS.upper(), "áƀçďéƒğħíĵķľḿñóṕǫřšťúṽŵẋýžÁƁÇĎÉƑĞĦÍĴĶĽḾÑÓṔǪŘŠŤÚṼŴẊÝŽ"
)
_ARABIC = [*range(0x628, 0x63B), *range(0x641, 0x648)]
_MIRROR = str.maketrans(dict(zip(_LETTERS + _LETTERS.upper(), _ARABIC * 2, strict=True)))


def accented(text: str) -> str:
    """The text with what is filled in, typed or marked up as it was; half as long again."""
    more = "".join(islice(cycle("óñé ťŵó ťħřéé "), len(text) // 2)).rstrip()
    return f"⟦{_spelled(text, _ACCENTS)}{' ' * bool(more)}{more}⟧"


def mirrored(text: str) -> str:
    """The same in Arabic letters, for what runs from right to left."""
    return _spelled(text, _MIRROR)


def marked(text: str) -> str:
    """The same with a mark; what is as short as the label of a button is left alone."""
    return f"{text}{MARK}" if "{" in text or len(text.split()) > WORDS_OF_A_LABEL else text


def write(folder: Path, **spells: Spell) -> Path:
    """A folder of such translations by their names; for `use`, or in the place of `SHIPPED`."""
    for name, spell in spells.items():
        target = folder / name / "LC_MESSAGES" / "herald.mo"
        target.parent.mkdir(parents=True)
        target.write_bytes(_translated(name, spell))
    return folder


class Unmarked(NullTranslations):
    """What is looked up and was never collected, so that nobody can translate it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def gettext(self, message: str) -> str:
        self.found.add(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.found.add(msgid1)
        return super().ngettext(msgid1, msgid2, n)


def leftovers(text: str) -> list[str]:
    """Plain words of an accented text, of which nobody could make others.

    Not code, addresses, mentions and commands, nor the names of events, settings and files.
    """
    return re.findall(r"\w*[a-z]{3,}\w*", _NAMES.sub("", text))


class Spelled(NullTranslations):
    """Every text that is looked up, spelled so; nothing has to be collected for it."""

    def __init__(self, spell: Spell) -> None:
        super().__init__()
        self._spell = spell

    def gettext(self, message: str) -> str:
        return self._spell(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self._spell(msgid1 if n == 1 else msgid2)


@contextmanager
def spoken(spell: Spell) -> Generator[None]:
    """Texts within are spelled so."""
    token = _current.set(Spelled(spell))
    try:
        yield
    finally:
        _current.reset(token)


def watch(locale: str, folder: Path) -> Unmarked:
    """Note from now on what is looked up in that language and is not there."""
    unmarked = Unmarked()
    with use(locale, folder):
        _current.get().add_fallback(unmarked)
    return unmarked


def _translated(name: str, spell: Spell) -> bytes:
    with TEMPLATE.open("rb") as file:
        catalogue = read_po(file, locale=name)
    for message in catalogue:
        if message.id:
            said = message.id
            message.string = spell(said) if isinstance(said, str) else tuple(map(spell, said))
    return compiled(catalogue)


def _spelled(text: str, letters: dict[int, int]) -> str:
    parts = _KEPT.split(text)
    parts[::2] = [part.translate(letters) for part in parts[::2]]
    return "".join(parts)
