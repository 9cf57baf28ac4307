"""The AsyncAPI document: the official parser accepts it, and it tells what the dialects send."""

import copy
import json
import subprocess
from typing import Any

import pytest
from jsonschema import Draft7Validator

from bot import __version__
from bot.catalogue import EVENTS
from bot.catalogue.asyncapi import described, document
from bot.commands.catalogue import spellings
from bot.dialects import build_dialects
from tests.support.node import FOLDER, NODE, need_package

DOCUMENT = document(spellings(EVENTS), __version__)
COMPONENTS = DOCUMENT["components"]
VEKTOR = build_dialects()["vektor"].events or {}


def without(*path: str) -> dict[str, Any]:
    """The document without one of its parts."""
    broken = copy.deepcopy(DOCUMENT)
    part = broken
    for step in path[:-1]:
        part = part[step]
    del part[path[-1]]
    return broken


@pytest.fixture(scope="module")
def parsed() -> list[dict[str, Any]]:
    """What the parser says of the document, and of three that are broken."""
    need_package("@asyncapi/parser")
    documents = [
        DOCUMENT,
        without("info"),
        without("components", "schemas", "headers.phantom"),
        without("operations", "send.test.ping", "action"),
    ]
    ran = subprocess.run(
        [NODE, FOLDER / "asyncapi.mjs"],
        input=json.dumps(documents),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        encoding="utf-8",
    )
    return json.loads(ran.stdout)


@pytest.mark.thorough("the parser takes long to load")
def test_the_official_parser_accepts_it(parsed: list[dict[str, Any]]) -> None:
    assert parsed[0]["operations"] == [f"send.{event.type}" for event in EVENTS]
    said = [one for one in parsed[0]["diagnostics"] if one["code"] != "asyncapi-latest-version"]
    assert said == []


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.thorough("the parser takes long to load")
def test_the_official_parser_refuses_a_broken_one(
    parsed: list[dict[str, Any]], number: int
) -> None:
    assert parsed[number]["operations"] is None
    assert [one for one in parsed[number]["diagnostics"] if one["severity"] == 0]


def test_every_event_is_told_in_every_dialect_that_has_it() -> None:
    assert list(DOCUMENT["channels"]) == [event.type for event in EVENTS]
    for event in EVENTS:
        told = list(DOCUMENT["channels"][event.type]["messages"])
        assert told == ["phantom", *(["vektor"] if event.type in VEKTOR else []), "standard"]
    assert len(VEKTOR) == 7


def test_examples_are_real_requests_that_fit_their_schemas() -> None:
    for name, message in COMPONENTS["messages"].items():
        (example,) = message["examples"]
        for part in ("headers", "payload"):
            schema = COMPONENTS["schemas"][message[part]["$ref"].rpartition("/")[2]]
            validator: Any = Draft7Validator(schema)  # its methods are typed by half only
            validator.validate(example[part])
            assert list(example[part]) == schema["required"], name


def test_vektor_has_bodies_of_its_own() -> None:
    message = COMPONENTS["messages"]["case.created.vektor"]
    assert message["title"] == "moderation.action, in the dialect vektor"
    assert list(message["examples"][0]["payload"]) == ["event", "guildId", "timestamp", "data"]
    data = COMPONENTS["schemas"]["case.created.vektor"]["properties"]["data"]["properties"]
    assert data["reason"]["type"] == ["string", "null"]
    assert data["moderatorId"]["type"] == "string"
    assert message["headers"] == {"$ref": "#/components/schemas/headers.vektor"}
    headers = COMPONENTS["schemas"]["headers.vektor"]["properties"]
    assert headers["X-Attempt"]["description"] == "Which attempt this is, from 1."


def test_phantom_and_standard_share_the_body_and_not_the_headers() -> None:
    phantom, standard = (
        COMPONENTS["messages"][f"duel.finished.{name}"] for name in ("phantom", "standard")
    )
    assert phantom["payload"] == standard["payload"]
    assert phantom["headers"] != standard["headers"]
    assert "Phantom-Signature" in phantom["examples"][0]["headers"]
    assert "webhook-signature" in standard["examples"][0]["headers"]


def test_one_event_alone_is_a_document_too() -> None:
    (ping,) = (event for event in EVENTS if event.type == "test.ping")
    alone = document(spellings([ping]), __version__)
    assert list(alone["channels"]) == ["test.ping"]
    assert list(alone["components"]["messages"]) == ["test.ping.phantom", "test.ping.standard"]


def test_a_schema_is_read_from_values() -> None:
    assert described(["a", "b"]) == {"type": "string"}
    assert described(["a", None]) == {"type": ["string", "null"]}
    assert described([{"a": {"b": "x"}}, {"a": {"b": None}}]) == {
        "type": "object",
        "properties": {
            "a": {
                "type": "object",
                "properties": {"b": {"type": ["string", "null"]}},
                "required": ["b"],
                "additionalProperties": True,
            }
        },
        "required": ["a"],
        "additionalProperties": True,
    }
