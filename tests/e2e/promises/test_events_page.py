"""docs/events.md against the whole bot: every event, key, value and cause that it promises is sent.

What no feature sends yet is marked there. All else a driver has to bring about, and each sentence
needs its proof: a new promise without one fails here.
"""

import ast
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import texts
from bot.catalogue import EVENTS
from bot.clock import ManualClock
from tests.e2e.promises.drivers import DRIVERS
from tests.e2e.promises.elsewhere import SHOWN_ELSEWHERE
from tests.e2e.promises.proofs import CHECKS, Stories
from tests.support.emitter_setup import config_for
from tests.support.events_page import Promise, Section, kept, sections
from tests.support.pseudo_locales import MARK, marked, write
from tests.support.receiver import Receiver
from tools.events import PAGE, feature_names

ROOT = Path(__file__).parents[3]
SECTIONS = sections(PAGE.read_text(encoding="utf-8"))
SENT = [section for section in SECTIONS if section.is_sent]


def told_by_a_key(section: Section, sentence: str) -> bool:
    """Whether a value of a key is all that the sentence promises: when it is null."""
    key, _, clause = sentence.partition(": ")
    return clause.startswith("null where") and Promise(section.event, key, "null") in (
        section.promises
    )


def sentences() -> list[str]:
    """Every sentence that needs a proof of its own; the first says what the event is about."""
    return [
        sentence
        for section in SENT
        for sentence in section.sentences[1:]
        if not told_by_a_key(section, sentence)
    ]


def test_what_no_feature_sends_is_marked_and_nothing_else() -> None:
    is_sent = {event.type: event.is_sent(feature_names()) for event in EVENTS}
    assert {section.event: section.is_sent for section in SECTIONS} == is_sent


def test_every_sentence_has_its_proof_and_every_proof_its_sentence() -> None:
    proved = [*CHECKS, *SHOWN_ELSEWHERE]
    assert sorted(set(sentences())) == sorted(proved)


@pytest.mark.parametrize("where", sorted(set(SHOWN_ELSEWHERE.values())))
def test_a_proof_that_stands_elsewhere_is_there(where: str) -> None:
    file, name = where.split("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in [getattr(node, "name", None) for node in tree.body]


@pytest.fixture
def _marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody in the simulation, and its server, has the language en-US; this is what that is."""
    monkeypatch.setattr(texts, "SHIPPED", write(tmp_path / "locale", en_US=marked))


@pytest.mark.long
@pytest.mark.usefixtures("_marked")
@pytest.mark.thorough("plays every story of the page")
async def test_every_promise_is_kept(sqlite_template: Path, tmp_path: Path) -> None:
    stories: Stories = {}
    for driver in DRIVERS:
        name = driver.__name__
        file = tmp_path / f"{name}.db"
        shutil.copyfile(sqlite_template, file)
        clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
        async with Receiver(clock=clock) as receiver:
            stories[name] = await driver(config_for(f"sqlite:///{file}"), clock, receiver)
            assert receiver.refused == []
    told = [one for story in stories.values() for one in story]
    # Whatever language people read, events are told in English.
    assert [(kind, data) for kind, data in told if MARK in str(data)] == []

    promised = {one for section in SENT for one in section.promises}
    assert sorted(promised - kept(told)) == []
    assert {section.event for section in SENT} <= {kind for kind, _data in told}
    assert [words for words, is_so in CHECKS.items() if not is_so(stories)] == []
