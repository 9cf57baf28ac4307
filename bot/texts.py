"""Texts that people read, in their language: gettext in the locale of the current task."""

import gettext as _gettext
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable

DOMAIN = "herald"
SOURCE = "en"

_english = _gettext.NullTranslations()
_current: ContextVar[_gettext.NullTranslations] = ContextVar("translations", default=_english)


@contextmanager
def use(locale: str | None, folder: Traversable | None = None) -> Generator[None]:
    """Answer in `locale` (as Discord spells it: `de`, `pt-BR`), else in English."""
    token = _current.set(_translations(locale, folder or _shipped()))
    try:
        yield
    finally:
        _current.reset(token)


def is_translated(locale: str | None, folder: Traversable | None = None) -> bool:
    """Whether there is a catalogue for that locale; else it is answered in English."""
    return _translations(locale, folder or _shipped()) is not _english


def gettext(message: str) -> str:
    """The message in the current locale."""
    # gettext answers an empty text with the catalogue's head.
    return _current.get().gettext(message) if message else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form that fits `count` in the current locale."""
    return _current.get().ngettext(singular, plural, count)


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


@cache
def _shipped() -> Traversable:
    """The folder of the translations that come with the bot."""
    return files("bot") / "locale"


@lru_cache(maxsize=64)
def _translations(locale: str | None, folder: Traversable) -> _gettext.NullTranslations:
    for name in _spellings(locale or SOURCE):
        catalogue = folder / name / "LC_MESSAGES" / f"{DOMAIN}.mo"
        if catalogue.is_file():
            with catalogue.open("rb") as file:
                return _gettext.GNUTranslations(file)
    return _english


def _spellings(locale: str) -> list[str]:
    """`pt-BR` is looked for as pt_BR, then pt; anything that is no locale's name, nowhere."""
    language, _separator, region = locale.replace("_", "-").partition("-")
    if not (language.isalpha() and (region.isalnum() or not region)):
        return []
    return [f"{language}_{region}", language] if region else [language]
