"""Texts that people read, in their language: gettext in the locale of the current task."""

import gettext as _gettext
import re
from collections.abc import Generator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from pathlib import Path

DOMAIN = "herald"
SOURCE = "en"
SHIPPED = Path(__file__).parent / "locale"
RIGHT_TO_LEFT = {"ar", "fa", "he", "ur"}

_NAME = re.compile(r"[a-zA-Z]+(_[a-zA-Z0-9]+)?")
_english = _gettext.NullTranslations()
_current: ContextVar[_gettext.NullTranslations] = ContextVar("translations", default=_english)


@contextmanager
def use(locale: str | None, folder: Path | None = None) -> Generator[None]:
    """Answer in `locale` (as Discord spells it: `de`, `pt-BR`), else in English."""
    token = _current.set(_translations(locale, folder or SHIPPED))
    try:
        yield
    finally:
        _current.reset(token)


def is_translated(locale: str | None, folder: Path | None = None) -> bool:
    """Whether there is a catalogue for that locale; else it is answered in English."""
    return _translations(locale, folder or SHIPPED) is not _english


def translated() -> frozenset[str]:
    """The languages with a catalogue, as their folders are named: `de`, `pt_BR`."""
    return _catalogues(SHIPPED)


def gettext(message: str) -> str:
    """The message in the current locale."""
    # gettext answers an empty text with the catalogue's head.
    return _current.get().gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form that fits `count` in the current locale."""
    return _current.get().ngettext(singular, plural, count)


def language() -> str:
    """The language that texts are answered in now, as HTML spells it."""
    return _current.get().info().get("language", SOURCE).replace("_", "-")


def direction(language: str) -> str:
    """Which way its lines run."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def N_(message: str) -> str:  # noqa: N802 - the name that extraction tools know
    """Mark a text for translation where it is defined; it is translated where it is shown."""
    return message


_ = gettext


def stamp(moment: datetime) -> str:
    """A moment in Discord's own form, shown to each reader in their own time zone.

    For features, which know nothing of discord.py and its `format_dt`.
    """
    return f"<t:{int(moment.timestamp())}:f> ({ago(moment)})"


def ago(moment: datetime) -> str:
    """How long ago or ahead it is, counted by each reader's own Discord."""
    return f"<t:{int(moment.timestamp())}:R>"


@lru_cache(maxsize=8)
def _catalogues(folder: Path) -> frozenset[str]:
    return frozenset(file.parts[-3] for file in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))


@lru_cache(maxsize=64)
def _translations(locale: str | None, folder: Path) -> _gettext.NullTranslations:
    """`pt-BR` is looked for as pt_BR, then pt; anything that is no locale's name, nowhere."""
    name = (locale or SOURCE).replace("-", "_")
    if _NAME.fullmatch(name):
        with suppress(FileNotFoundError):
            return _gettext.translation(DOMAIN, folder, [name])
    return _english
