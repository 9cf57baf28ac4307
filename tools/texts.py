"""Texts that people read: collected into a template, into translations, compiled: `make texts`."""

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import bot.wiring  # noqa: F401  # pyright: ignore[reportUnusedImport] - brings all settings
from bot.catalogue import EVENTS
from bot.settings import FeatureSettings, SettingKind, spelled

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "bot" / "locale"
TEMPLATE = LOCALE / "herald.pot"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
METHODS = [("**.py", "python"), ("**/templates/*.html", "jinja2")]
WIDTH = 100
HEADING = "# What people read in Herald. Written by `make texts`; translations stand beside it.\n"
HEAD = """\
# What people read in Herald. `make texts` adds what is new and drops what is gone.
msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plurals}\\n"

"""
KEPT = {
    "commands": re.compile(r"(?<![\w/`])/[a-z]+\b"),
    # Three of them fence a block, whose words may be ours.
    "pieces of code": re.compile(r"(?<!`)`[^`]+`(?!`)"),
    "mentions": re.compile(r"<[@#:][^>]*>"),
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def translations() -> list[Path]:
    """The languages there are, a file each."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/herald.po"))


def collect() -> Catalog:
    """Every marked text of bot/ and cogs/, without places or dates, so that it is stable."""
    catalogue = Catalog(domain="herald", charset="utf-8")
    for folder in ("bot", "cogs"):
        found = extract_from_dir(
            ROOT / folder, METHODS, keywords=KEYWORDS, comment_tags=("Translators:",)
        )
        for _file, _line, message, comments, context in found:
            catalogue.add(message, None, auto_comments=comments, context=context)
    for text in (*_of_settings(), *_of_events()):
        catalogue.add(text)
    return catalogue


def _of_settings() -> Iterator[str]:
    """What settings are called, and the values of those that have no others."""
    models = list(FeatureSettings.__subclasses__())
    while models:
        model = models.pop()
        models += model.__subclasses__()
        if model.__module__.startswith("bot."):  # tests have settings too
            for name in model.model_fields:
                yield spelled(name)
                yield from model.literals(name) if model.kind(name) is SettingKind.CHOICE else ()


def _of_events() -> Iterator[str]:
    """What each event is, as it is read where events are picked."""
    return (event.about for event in EVENTS)


def render(template: Catalog) -> str:
    """The text of the template."""
    return HEADING + _written(template)


def updated(translation: Catalog, template: Catalog) -> str:
    """The text of a translation with exactly the messages of the template, the new ones empty."""
    translation.update(template, no_fuzzy_matching=True)
    translation.obsolete.clear()
    head = HEAD.format(language=translation.locale_identifier, plurals=translation.plural_forms)
    return head + _written(translation)


def read(source: Path) -> Catalog:
    """A translation, in the language of its folder."""
    with source.open("rb") as file:
        return read_po(file, locale=source.parts[-3], domain="herald")


def compile_translation(source: Path) -> Path:
    """The .mo beside a .po."""
    target = source.with_suffix(".mo")
    target.write_bytes(compiled(read(source)))
    return target


def compiled(catalogue: Catalog) -> bytes:
    """A catalogue as gettext reads it; the same bytes from the same texts."""
    catalogue.creation_date = catalogue.revision_date = EPOCH
    for message in catalogue:
        if _is_empty(message):
            message.string = ""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def faults(translation: Catalog, template: Catalog) -> Iterator[str]:
    """What keeps a translation from being whole, each with its line."""
    for message in template:
        if message.id and translation.get(key(message.id)) is None:
            yield f"not there yet: {key(message.id)!r}"
    for message in translation:
        if not message.id:
            continue
        for fault in _faults(message, template):
            yield f"line {message.lineno}: {fault}: {key(message.id)!r}"


def _faults(message: Message, template: Catalog) -> Iterator[str]:
    if template.get(key(message.id)) is None:
        yield "nothing says it any more"
    elif message.fuzzy:
        yield "marked as fuzzy"
    elif _is_empty(message):
        yield "not translated"
    else:
        yield from _differences(message)


def _differences(message: Message) -> Iterator[str]:
    """What a translation must keep as it is; the forms for one and for few may leave fields out."""
    said, forms = _forms(message.id)[-1], _forms(message.string or "")
    for place, form in enumerate(forms, 1):
        kept = _fields(form)
        if kept != _fields(said) and (place == len(forms) or not kept < _fields(said)):
            yield f"its fields are {sorted(kept)}"
        for name, pattern in KEPT.items():
            if sorted(pattern.findall(form)) != sorted(pattern.findall(said)):
                yield f"its {name} are {pattern.findall(form)}"
        if _edges(form) != _edges(said):
            yield "it begins or ends with another space"


def _fields(text: str) -> set[str]:
    return {f"{name}:{spec}" for _text, name, spec, _conversion in Formatter().parse(text) if name}


def _edges(text: str) -> tuple[bool, bool]:
    return text[:1].isspace(), text[-1:].isspace()


def _forms(text: str | list[str] | tuple[str, ...]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def key(text: str | list[str] | tuple[str, ...]) -> str:
    return _forms(text)[0]


def _is_empty(message: Message) -> bool:
    return not all(_forms(message.string or ""))


def _written(catalogue: Catalog) -> str:
    buffer = io.BytesIO()
    write_po(buffer, catalogue, omit_header=True, no_location=True, sort_output=True, width=WIDTH)
    return buffer.getvalue().decode("utf-8")


def main(*languages: str) -> None:
    """Bring all up to date; begin those that are named."""
    template = collect()
    TEMPLATE.write_text(render(template), encoding="utf-8")
    print(f"wrote {TEMPLATE.relative_to(ROOT)}")
    begun = [LOCALE / name / "LC_MESSAGES" / "herald.po" for name in languages]
    for source in sorted({*translations(), *begun}):
        translation = read(source) if source.exists() else Catalog(source.parts[-3])
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(updated(translation, template), encoding="utf-8")
        print(f"wrote {source.relative_to(ROOT)} and {compile_translation(source).name}")
        for fault in faults(read(source), template):
            print(f"  {fault}")


if __name__ == "__main__":
    main(*sys.argv[1:])
