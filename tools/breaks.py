"""What a new version of the published schema would break for those who receive events."""

from collections.abc import Iterator
from typing import Any, cast

Schema = dict[str, Any]


def breaks(old: Schema, new: Schema) -> list[str]:
    """Each broken promise in words; new events, keys and values of enumerations are none."""
    found = list(_object_breaks("the body", old, new))
    events, known = cast("tuple[Schema, Schema]", (old["$defs"], new["$defs"]))
    for name, schema in events.items():
        if name in known:
            found += _object_breaks(name, schema, known[name])
        else:
            found.append(f"{name}: the event is gone")
    return found


def _value_breaks(place: str, old: Schema, new: Schema) -> Iterator[str]:
    before, after = _types(old), _types(new)
    if before - {"null"} != after - {"null"}:
        yield f"{place}: {_named(before)} became {_named(after)}"
        return
    if "null" in after - before:
        yield f"{place}: it may be null now"
    if _form(old) != _form(new):
        yield f"{place}: the text has another form"
    for value in _values(old):
        if value not in _values(new):
            yield f"{place}: the value {value!r} is gone"
    yield from _inner_breaks(place, old, new)


def _inner_breaks(place: str, old: Schema, new: Schema) -> Iterator[str]:
    for part in ("items", "additionalProperties"):
        first, second = _schema(old.get(part)), _schema(new.get(part))
        if first or second:
            yield from _value_breaks(f"{place}[]", first, second)
    if "properties" in old:
        yield from _object_breaks(place, old, new)


def _object_breaks(place: str, old: Schema, new: Schema) -> Iterator[str]:
    keys: Schema = new.get("properties", {})
    for key, schema in cast("Schema", old["properties"]).items():
        if key not in keys:
            yield f"{place}.{key}: the key is gone"
            continue
        if key in old["required"] and key not in new["required"]:
            yield f"{place}.{key}: it may be left out now"
        yield from _value_breaks(f"{place}.{key}", schema, keys[key])


def _schema(part: object) -> Schema:
    """A schema as it is; `true`, and none at all, allow everything."""
    return cast("Schema", part) if isinstance(part, dict) else {}


def _types(schema: Schema) -> set[str]:
    kinds: str | list[str] = schema.get("type", [])
    return {kinds} if isinstance(kinds, str) else set(kinds)


def _named(kinds: set[str]) -> str:
    return " or ".join(sorted(kinds)) or "any value"


def _form(schema: Schema) -> tuple[Any, Any]:
    return schema.get("format"), schema.get("pattern")


def _values(schema: Schema) -> list[Any]:
    listed = cast("list[Schema]", schema.get("anyOf", []))
    return [value for one in listed for value in one.get("enum", [])]
