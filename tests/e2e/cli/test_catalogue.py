"""`herald catalogue` in every format, and `herald trigger` for every event there is."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.catalogue import EVENTS, asyncapi, pages, schema
from bot.catalogue.words import fields_of
from bot.commands.catalogue import spellings
from tests.e2e.cli.program import ROOT, herald
from tests.support.receiver import SECRET, Receiver
from tools.events import feature_names

TRIGGER_ALL = """
import sys
from bot.__main__ import app
from bot.catalogue import EVENTS
url, secret = sys.argv[1:]
for event in EVENTS:
    code = app(["trigger", event.type, "--to", url, "--secret", secret], standalone_mode=False)
    print(event.type, code)
"""


@pytest.mark.thorough("a program started for one page")
async def test_a_table_for_people_has_a_line_for_every_event(tmp_path: Path) -> None:
    done = await herald(tmp_path, "catalogue", installed=True)
    assert (done.code, done.err) == (0, [])
    assert [line.split("  ")[0] for line in done.out] == [event.type for event in EVENTS]
    for line, event in zip(done.out, EVENTS, strict=True):
        is_sent = event.is_sent(feature_names())
        assert line.endswith(f"  {event.about}" if is_sent else f"  {event.about} (not sent yet)")
    assert "\x1b" not in "".join(done.out)


async def test_one_event_is_told_key_by_key(tmp_path: Path) -> None:
    done = await herald(tmp_path, "catalogue", "economy.balance_changed")
    (event,) = (event for event in EVENTS if event.type == "economy.balance_changed")
    assert done.code == 0
    assert done.out[0] == f"{event.type}: {event.about} {event.notes}"
    rows = [line.split() for line in done.out[2:]]
    assert [row[0] for row in rows] == list(event.wire_keys())
    for row, field in zip(done.out[2:], fields_of(event, feature_names()), strict=True):
        assert row.endswith(f"  {field.full_meaning()}")
        assert f"  {field.full_type}  " in row


async def test_a_terminal_gets_a_drawn_table(tmp_path: Path) -> None:
    done = await herald(tmp_path, "catalogue", environment={"FORCE_COLOR": "1"})
    text = "\n".join(done.out)
    assert "┃" in text
    assert "\x1b[" in text
    for event in EVENTS:
        assert event.type in text


async def test_markdown_is_the_page_of_the_documentation(tmp_path: Path) -> None:
    whole = await herald(tmp_path, "catalogue", "--format", "markdown")
    assert whole.out == (ROOT / "docs" / "events.md").read_text(encoding="utf-8").splitlines()
    one = await herald(tmp_path, "catalogue", "duel.finished", "--format", "markdown")
    (event,) = (event for event in EVENTS if event.type == "duel.finished")
    assert one.out == pages.section(event, feature_names()).splitlines()


async def test_the_schema_is_one_document(tmp_path: Path) -> None:
    whole = await herald(tmp_path, "catalogue", "--format", "json-schema")
    document = json.loads("\n".join(whole.out))
    Draft202012Validator.check_schema(document)
    assert document == schema.document()
    one = await herald(tmp_path, "catalogue", "test.ping", "--format", "json-schema")
    assert list(json.loads("\n".join(one.out))["$defs"]) == ["test.ping"]


async def test_asyncapi_is_one_document(tmp_path: Path) -> None:
    whole = await herald(tmp_path, "catalogue", "--format", "asyncapi")
    document = json.loads("\n".join(whole.out))
    assert document["asyncapi"] == "3.0.0"
    assert document == asyncapi.document(spellings(EVENTS), document["info"]["version"])
    one = await herald(tmp_path, "catalogue", "test.ping", "--format", "asyncapi")
    assert list(json.loads("\n".join(one.out))["channels"]) == ["test.ping"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["duel.finish"], "There is no event “duel.finish”. Did you mean “duel.finished”? The"),
        (["--format", "yaml"], "There is no format “yaml”. The formats are: table, markdown, json"),
        (["--format", "asyncap"], "There is no format “asyncap”. Did you mean “asyncapi”? The"),
        (["nothing", "--format", "asyncapi"], "There is no event “nothing”."),
    ],
)
async def test_a_wrong_name_is_one_sentence(
    arguments: list[str], sentence: str, tmp_path: Path
) -> None:
    done = await herald(tmp_path, "catalogue", *arguments)
    assert (done.code, done.out, len(done.err)) == (2, [], 1)
    assert done.sentences[0].startswith(f"herald: {sentence}")


async def test_help_names_it(tmp_path: Path) -> None:
    done = await herald(tmp_path, "--help")
    assert "catalogue" in "\n".join(done.out)
    own = "\n".join((await herald(tmp_path, "catalogue", "--help")).out)
    for name in ("table", "markdown", "json-schema", "asyncapi"):
        assert name in own


@pytest.mark.long
@pytest.mark.thorough("the whole command for every event")
async def test_every_event_can_be_triggered(tmp_path: Path) -> None:
    """One process for them all; each is the whole command, down to a receiver that verifies."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    async with Receiver() as receiver, asyncio.timeout(100):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", TRIGGER_ALL, receiver.url(), SECRET),
            cwd=tmp_path,
            env=environment,
            stdout=PIPE,
        )
        out, _ = await process.communicate()
    ended = [line for line in out.decode().splitlines() if "  attempt 1  " not in line]
    assert ended == [f"{event.type} 0" for event in EVENTS]
    assert [one.type for one in receiver.requests] == [event.type for event in EVENTS]
    assert [one.json["data"] for one in receiver.requests] == [event.example for event in EVENTS]
    assert receiver.refused == []
