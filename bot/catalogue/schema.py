"""JSON Schema 2020-12 of the catalogue: receivers may hold against it what they get.

It is wider than the models: keys and values of later releases pass, since receivers are promised
that both may come.
"""

from collections.abc import Sequence
from typing import Any, cast

from bot.catalogue import EVENTS
from bot.catalogue.base import MOMENT_PATTERN, Event

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
PROMISE = (
    "Every key named here is always there. Later releases may add keys, events and values of "
    "enumerations: ignore what you do not know. Nothing is ever removed or given another type."
)
LATER = "A value that a later release may add."


def document(events: Sequence[type[Event]] = EVENTS) -> Schema:
    """One schema of a whole body; the `data` of each event stands in `$defs` under its type."""
    types = [event.type for event in events]
    return {
        "$schema": DRAFT,
        "$id": "urn:herald:events",
        "title": "Herald's events",
        "description": f"The body of a delivery, in the dialects phantom and standard. {PROMISE}",
        **_object(envelope(_open({"type": "string", "enum": types}), {"type": "object"})),
        "allOf": [_where_type_is(name) for name in types],
        "$defs": {event.type: data_of(event) for event in events},
    }


def envelope(kind: Schema, data: Schema) -> dict[str, Schema]:
    """The keys around `data`, in their order (source: docs/receivers.md)."""
    return {
        "id": {
            "description": "The event's own UUID; the same for every retry and every receiver.",
            "type": "string",
            "format": "uuid",
            "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
        },
        "type": {"description": "Which event it is.", **kind},
        "created_at": {
            "description": "When it happened: UTC, whole seconds.",
            "type": "string",
            "format": "date-time",
            "pattern": MOMENT_PATTERN,
        },
        "guild_id": {
            "description": "The server.",
            "type": "string",
            "pattern": "^[0-9]{1,20}$",
        },
        "livemode": {
            "description": "One setting of the instance; it changes nothing else.",
            "type": "boolean",
        },
        "data": {"description": "The event's own keys.", **data},
    }


def body_of(event: type[Event]) -> Schema:
    """One event's whole body, with its `data` inside."""
    return _object(envelope({"type": "string", "const": event.type}, data_of(event)))


def data_of(event: type[Event]) -> Schema:
    """One event's `data`."""
    raw = event.model_json_schema(mode="serialization", by_alias=True)
    parts = raw.get("$defs", {})
    properties = {key: _published(raw["properties"][key], parts) for key in event.wire_keys()}
    about = f"{event.about} {event.notes}".strip()
    return {
        "title": event.type,
        "description": about,
        **_object(properties),
        "examples": [event.example],
    }


def _object(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": True,
    }


def _where_type_is(name: str) -> Schema:
    named = {"properties": {"type": {"const": name}}, "required": ["type"]}
    return {"if": named, "then": {"properties": {"data": {"$ref": f"#/$defs/{name}"}}}}


def _published(node: Schema, parts: dict[str, Schema]) -> Schema:
    """What pydantic says, without its titles and references, and open to later releases."""
    node = {key: value for key, value in node.items() if key not in ("title", "default")}
    if "$ref" in node:
        named = parts[cast("str", node.pop("$ref")).rpartition("/")[2]]
        node = {**named, **node}
    if "anyOf" in node:
        return _nullable(node, parts)
    if "properties" in node:
        inner = {key: _published(value, parts) for key, value in node["properties"].items()}
        return {"description": node["description"], **_object(inner)}
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            node[key] = _published(node[key], parts)
    return _open(node) if "enum" in node else node


def _nullable(node: Schema, parts: dict[str, Schema]) -> Schema:
    (inner,) = (one for one in node.pop("anyOf") if one != {"type": "null"})
    known = _published(inner, parts)
    return {**node, **known, "type": [known["type"], "null"]}


def _open(node: Schema) -> Schema:
    values = {"enum": node["enum"]}
    rest = {key: value for key, value in node.items() if key != "enum"}
    return {**rest, "anyOf": [values, {"description": LATER}]}
