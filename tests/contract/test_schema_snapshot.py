"""What receivers rely on is never taken back: the published schema is held against a snapshot.

New events, keys and values are welcome: `make events` writes the snapshot anew. It refuses to
write one that takes something back.
"""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.catalogue.pages import document as page
from bot.catalogue.schema import document
from tools import events
from tools.breaks import breaks

Doctor = Callable[[dict[str, Any]], None]
CURRENT = document()


def doctored(change: Doctor) -> dict[str, Any]:
    schema = copy.deepcopy(CURRENT)
    change(schema)
    return schema


def key(event: str, *path: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Where a key's schema stands."""

    def find(schema: dict[str, Any]) -> dict[str, Any]:
        found = schema["$defs"][event]["properties"][path[0]]
        for step in path[1:]:
            found = found[step]
        return found

    return find


def remove_key(schema: dict[str, Any]) -> None:
    del schema["$defs"]["ticket.closed"]["properties"]["number"]


def leave_out(schema: dict[str, Any]) -> None:
    schema["$defs"]["ticket.closed"]["required"].remove("number")


def remove_event(schema: dict[str, Any]) -> None:
    del schema["$defs"]["duel.finished"]


def remove_from_envelope(schema: dict[str, Any]) -> None:
    del schema["properties"]["livemode"]


def remove_nested_key(schema: dict[str, Any]) -> None:
    del key("case.updated", "changes", "additionalProperties", "properties")(schema)["old"]


def remove_value(schema: dict[str, Any]) -> None:
    key("case.created", "type")(schema)["anyOf"][0]["enum"].remove("mute")


def remove_number_value(schema: dict[str, Any]) -> None:
    key("duel.finished", "decimals")(schema)["anyOf"][0]["enum"].remove(2)


def remove_enumeration(schema: dict[str, Any]) -> None:
    del key("case.updated", "status")(schema)["anyOf"]


def update(find: Callable[[dict[str, Any]], dict[str, Any]], **change: Any) -> Doctor:
    return lambda schema: find(schema).update(change)


ENTRY = key("security.audit_entry", "context")
BROKEN: list[tuple[Doctor, list[str]]] = [
    (remove_key, ["ticket.closed.number: the key is gone"]),
    (leave_out, ["ticket.closed.number: it may be left out now"]),
    (remove_event, ["duel.finished: the event is gone"]),
    (remove_from_envelope, ["the body.livemode: the key is gone"]),
    (remove_nested_key, ["case.updated.changes[].old: the key is gone"]),
    (remove_value, ["case.created.type: the value 'mute' is gone"]),
    (remove_number_value, ["duel.finished.decimals: the value 2 is gone"]),
    (
        remove_enumeration,
        [f"case.updated.status: the value '{x}' is gone" for x in ("active", "expired", "revoked")],
    ),
    (
        update(key("xp.level_up", "total_xp"), type="string"),
        ["xp.level_up.total_xp: integer became string"],
    ),
    (
        update(key("xp.level_up", "total_xp"), type="number"),
        ["xp.level_up.total_xp: integer became number"],
    ),
    (
        update(key("case.created", "reason"), type=["object", "null"]),
        ["case.created.reason: null or string became null or object"],
    ),
    (
        update(key("giveaway.ended", "winner_ids", "items"), type="integer"),
        ["giveaway.ended.winner_ids[]: string became integer"],
    ),
    (
        update(key("giveaway.ended", "winner_ids"), items=True),
        ["giveaway.ended.winner_ids[]: string became any value"],
    ),
    (
        update(key("member.joined", "joined_at"), type=["string", "null"]),
        ["member.joined.joined_at: it may be null now"],
    ),
    (
        update(key("giveaway.ended", "winner_ids", "items"), type=["string", "null"]),
        ["giveaway.ended.winner_ids[]: it may be null now"],
    ),
    (
        update(key("member.joined", "user_id"), pattern=".*"),
        ["member.joined.user_id: the text has another form"],
    ),
    (
        update(ENTRY, additionalProperties={"type": "string"}),
        ["security.audit_entry.context[]: any value became string"],
    ),
]


def add_event(schema: dict[str, Any]) -> None:
    schema["$defs"]["weather.changed"] = schema["$defs"]["duel.finished"]


def add_value(schema: dict[str, Any]) -> None:
    key("case.created", "type")(schema)["anyOf"][0]["enum"].append("exile")


def add_key(schema: dict[str, Any]) -> None:
    closed = schema["$defs"]["ticket.closed"]
    closed["properties"]["rating"] = {"description": "How it was.", "type": ["integer", "null"]}
    closed["required"].append("rating")


WELCOME: list[Doctor] = [
    add_event,
    add_value,
    add_key,
    update(key("case.created", "reason"), type="string"),
    update(key("case.created", "reason"), description="In other words."),
]


@pytest.mark.parametrize(("change", "told"), BROKEN)
def test_what_is_taken_back_is_told(change: Doctor, told: list[str]) -> None:
    assert breaks(CURRENT, doctored(change)) == told


@pytest.mark.parametrize("change", WELCOME)
def test_what_is_added_breaks_nothing(change: Doctor) -> None:
    changed = doctored(change)
    assert changed != CURRENT
    assert breaks(CURRENT, changed) == []


def test_nothing_was_taken_back_since_the_snapshot() -> None:
    assert events.refusals(events.SNAPSHOT, events.render_schema()) == []


def test_the_snapshot_is_fresh() -> None:
    assert events.SNAPSHOT.is_file(), "there is no snapshot: run `make events`"
    fresh = events.SNAPSHOT.read_text(encoding="utf-8") == events.render_schema()
    assert fresh, "the catalogue has grown or is worded anew: run `make events`"


def test_the_command_writes_both_files(tmp_path: Path) -> None:
    markdown, snapshot = tmp_path / "events.md", tmp_path / "schema" / "events.json"
    assert events.write(markdown, snapshot) == []
    assert json.loads(snapshot.read_text(encoding="utf-8")) == CURRENT
    assert markdown.read_text(encoding="utf-8") == page(events.feature_names())
    assert events.write(markdown, snapshot) == []


def test_the_command_adds_what_is_new(tmp_path: Path) -> None:
    markdown, snapshot = tmp_path / "events.md", tmp_path / "events.json"
    snapshot.write_text(json.dumps(doctored(remove_event)), encoding="utf-8")
    assert events.write(markdown, snapshot) == []
    assert json.loads(snapshot.read_text(encoding="utf-8")) == CURRENT


def test_the_command_refuses_to_take_anything_back(tmp_path: Path) -> None:
    markdown, snapshot = tmp_path / "events.md", tmp_path / "events.json"
    promised = json.dumps(doctored(add_key))
    snapshot.write_text(promised, encoding="utf-8")
    assert events.write(markdown, snapshot) == ["ticket.closed.rating: the key is gone"]
    assert snapshot.read_text(encoding="utf-8") == promised
    assert not markdown.exists()
