"""Texts: the language of the moment, English where there is no other, and a fresh template."""

import asyncio
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from bot.texts import N_, _, is_translated, language, ngettext, use
from bot.wiring import FEATURES
from tests.support.patience import PATIENCE
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
    portuguese = GERMAN.replace("Anhalten", "Pausar").replace("Language: de", "Language: pt_BR")
    for name, text in (("de", GERMAN), ("pt_BR", portuguese)):
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
    with use("de-AT", folder):
        assert language() == "de"  # the language of the texts
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

    async with asyncio.timeout(PATIENCE):
        assert await asyncio.gather(answer("de"), answer("en-GB")) == ["Anhalten", "Pause"]


@pytest.fixture(scope="module")
def template() -> Catalog:
    """Collected once: it reads all of the code."""
    return texts.collect()


def test_the_template_is_fresh(template: Catalog) -> None:
    written = texts.TEMPLATE.read_text(encoding="utf-8")
    assert written == texts.render(template), "run `make texts`"
    assert "POT-Creation-Date" not in written
    assert ".py:" not in written


def test_what_features_are_called_and_ask_for_is_in_the_template(template: Catalog) -> None:
    """Checks name both, in the language of whoever looks."""
    said = [
        text
        for one in FEATURES
        for text in (one.settings.title if one.settings else one.title, *one.permissions.values())
    ]
    assert [text for text in said if not text or template.get(text) is None] == []


@pytest.mark.parametrize("source", texts.translations(), ids=lambda source: source.parts[-3])
def test_a_translation_is_whole(template: Catalog, source: Path) -> None:
    place = source.relative_to(texts.ROOT)
    missing = list(texts.faults(texts.read(source), template))
    assert missing == [], f"run `make texts`, then fill in what it leaves empty in {place}"
    written = source.read_text(encoding="utf-8")
    assert written == texts.updated(texts.read(source), template), "run `make texts`"
    assert source.with_suffix(".mo").read_bytes() == texts.compiled(texts.read(source)), (
        "run `make texts`"
    )


SAID = "{who} used `/ban` {when}: /case view\n"
SPOILED = {
    "": "not translated",
    "{who} nahm `/ban`: /case view\n": "its fields are",
    "{who} nahm `/bann` {when}: /case view\n": "its pieces of code are",
    "{who} nahm `/ban` {when}: /fall view\n": "its commands are",
    "{who} nahm `/ban` {when}: /case view": "it begins or ends",
}


@pytest.mark.parametrize(("spoiled", "fault"), SPOILED.items())
def test_what_a_translation_loses_is_found(spoiled: str, fault: str) -> None:
    template, translation = Catalog(), Catalog("de")
    template.add(SAID)
    translation.add(SAID, spoiled, lineno=7)
    (found,) = texts.faults(translation, template)
    assert found.startswith(f"line 7: {fault}")


def test_what_is_new_gone_or_doubtful_is_found() -> None:
    template, translation = Catalog(), Catalog("de")
    for text in ("Pause", "Resume"):
        template.add(text)
    translation.add("Pause", "Anhalten", flags=["fuzzy"], lineno=1)
    translation.add("Stop", "Halt", lineno=2)
    assert list(texts.faults(translation, template)) == [
        "not there yet: 'Resume'",
        "line 1: marked as fuzzy: 'Pause'",
        "line 2: nothing says it any more: 'Stop'",
    ]
    brought = texts.updated(translation, template)
    assert '"Language: de\\n"' in brought
    assert "Stop" not in brought
    assert brought.count('msgstr ""') == 2  # the head, and what is new


def test_a_form_for_one_need_not_tell_the_number() -> None:
    template, translation = Catalog(), Catalog("de")
    said = ("{count} event of {name}", "{count} events of {name}")
    template.add(said)
    translation.add(said, ("Ein Ereignis von {name}", "{count} Ereignisse von {name}"))
    assert list(texts.faults(translation, template)) == []
    translation.delete(said)
    translation.add(said, ("Ein Ereignis von {wer}", "{count} Ereignisse"))
    assert len(list(texts.faults(translation, template))) == 2
