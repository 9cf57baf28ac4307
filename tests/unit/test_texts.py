"""Texts: the language of the moment, English where there is no other, and a fresh template."""

import asyncio
import io
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.texts import N_, _, is_translated, language, ngettext, use
from tools import texts

GERMAN = """\
msgid ""
msgstr ""
"Language: de\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Pause"
msgstr "Anhalten"

msgid "{count} event"
msgid_plural "{count} events"
msgstr[0] "{count} Ereignis"
msgstr[1] "{count} Ereignisse"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("de", GERMAN), ("pt_BR", GERMAN.replace("Anhalten", "Pausar"))):
        source = tmp_path / name / "LC_MESSAGES" / "herald.po"
        source.parent.mkdir(parents=True)
        source.write_text(text, encoding="utf-8")
        texts.compile_translation(source)
    return tmp_path


def test_the_source_is_english() -> None:
    assert _("Pause") == "Pause"
    assert ngettext("{count} event", "{count} events", 1) == "{count} event"
    assert ngettext("{count} event", "{count} events", 2) == "{count} events"


def test_a_translation_holds_inside_and_ends_with_the_block(folder: Path) -> None:
    with use("de", folder):
        assert _("Pause") == "Anhalten"
        assert ngettext("{count} event", "{count} events", 1) == "{count} Ereignis"
        assert ngettext("{count} event", "{count} events", 5) == "{count} Ereignisse"
        assert _("Not translated") == "Not translated"
        with use(None, folder):
            assert _("Pause") == "Pause"
        assert _("Pause") == "Anhalten"
    assert _("Pause") == "Pause"


@pytest.mark.parametrize(
    ("locale", "answer"),
    [
        ("de-AT", "Anhalten"),
        ("pt-BR", "Pausar"),
        ("pt_BR", "Pausar"),
        ("pt-PT", "Pause"),
        ("en-US", "Pause"),
        ("", "Pause"),
        ("../de", "Pause"),
        ("de/../de", "Pause"),
    ],
)
def test_locales_are_spelled_as_discord_does(folder: Path, locale: str, answer: str) -> None:
    with use(locale, folder):
        assert _("Pause") == answer
    assert is_translated(locale, folder) == (answer != "Pause")


def test_the_language_of_the_texts_is_known(folder: Path) -> None:
    assert language() == "en"
    with use("pt-BR", folder):
        assert language() == "pt-BR"
    with use("fr", folder):
        assert language() == "en"


def test_an_empty_text_stays_empty(folder: Path) -> None:
    with use("de", folder):
        assert _("") == ""


def test_a_marked_text_is_translated_where_it_is_shown(folder: Path) -> None:
    label = N_("Pause")
    with use("de", folder):
        assert (label, _(label)) == ("Pause", "Anhalten")


async def test_two_tasks_answer_in_two_languages(folder: Path) -> None:
    both_inside = asyncio.Barrier(2)

    async def answer(locale: str) -> str:
        with use(locale, folder):
            await both_inside.wait()
            return _("Pause")

    async with asyncio.timeout(5):
        assert await asyncio.gather(answer("de"), answer("en-GB")) == ["Anhalten", "Pause"]


@pytest.fixture(scope="module")
def rendered() -> str:
    """Collected once: it reads all of the code."""
    return texts.render()


def test_the_template_is_fresh(rendered: str) -> None:
    written = read_po(io.BytesIO(texts.TEMPLATE.read_bytes()))
    assert _ids(written) == _ids(read_po(io.StringIO(rendered))), "run `make texts`"


@pytest.mark.thorough("reads all of the code once more")
def test_the_template_holds_no_places_and_no_dates(rendered: str) -> None:
    text = rendered
    assert text == texts.render()
    assert "POT-Creation-Date" not in text
    assert ".py:" not in text


def test_every_message_of_a_translation_keeps_its_fields() -> None:
    for source in texts.LOCALE.glob("*/LC_MESSAGES/herald.po"):
        with source.open("rb") as file:
            translation = read_po(file)
        assert [message.id for message in translation if list(message.check())] == []
        assert source.with_suffix(".mo").is_file(), "run `make texts`"


def _ids(catalogue: Catalog) -> set[str]:
    return {str(message.id) for message in catalogue if message.id}
