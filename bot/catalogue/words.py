"""Words for a field's type, as people read it, from the published schema."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from bot.catalogue.base import Event
from bot.catalogue.schema import Schema, data_of

LEGEND = {
    "id": "an id of Discord: a string of decimal digits, too large for a JavaScript number",
    "number": "a whole number; the numbers that Herald gives begin at 1",
    "time": "a string such as `2026-05-24T11:32:18+00:00`: UTC, whole seconds",
    "text": "any string; where values are listed, a later release may add some",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One key of an event, in words."""

    key: str
    full_type: str  # and whether it may be null
    meaning: str
    values: tuple[str, ...] = ()  # what an enumeration names
    later: tuple[str, ...] = ()  # those that are not sent yet

    def full_meaning(self, mark: str = "") -> str:
        """The meaning, and the values of an enumeration between two such marks."""
        if not self.values:
            return self.meaning
        sent = ", ".join(f"{mark}{one}{mark}" for one in self.values if one not in self.later)
        later = ", ".join(f"{mark}{one}{mark}" for one in self.later)
        return f"{self.meaning} One of {sent}." + (f" Not sent yet: {later}." if later else "")


def fields_of(event: type[Event], features: Collection[str]) -> list[Field]:
    """The keys of `data`, in their order on the wire, as a bot of these features sends them.

    Of an event that it does not send at all, as it will once its feature is there.
    """
    is_sent = event.is_sent(features)
    return [
        _field(key, schema, event.unsent_values(key, features) if is_sent else ())
        for key, schema in data_of(event)["properties"].items()
    ]


def _field(key: str, schema: Schema, later: tuple[str, ...]) -> Field:
    null = " or null" if "null" in _types(schema) else ""
    return Field(key, _word(schema) + null, schema["description"], _values(schema), later)


def _word(schema: Schema) -> str:
    (kind,) = [one for one in _types(schema) if one != "null"] or ["any"]
    match kind:
        case "string":
            return _string(schema)
        case "integer":
            return "number"
        case "boolean":
            return "true or false"
        case "array":
            return f"list of {_word(schema['items'])}s".replace("texts", "text")
        case "object":
            return _object(schema.get("additionalProperties"))
        case _:
            return "any value"


def _string(schema: Schema) -> str:
    if schema.get("format") == "date-time":
        return "time"
    return "id" if "pattern" in schema else "text"


def _object(values: Any) -> str:
    if not isinstance(values, dict):
        return "object"
    keys = ", ".join(cast("Schema", values)["properties"])
    return f"object of {{{keys}}}"


def _types(schema: Schema) -> list[str]:
    kinds: str | list[str] = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else kinds


def _values(schema: Schema) -> tuple[str, ...]:
    for one in cast("list[Schema]", schema.get("anyOf", [])):
        if "enum" in one:
            return tuple(str(value) for value in one["enum"])
    return ()
