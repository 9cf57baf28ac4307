"""Whatever an event holds, its `data` is JSON in UTF-8 with exactly the documented keys."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.catalogue import EVENTS, Event
from bot.catalogue.schema import Schema, data_of

EXAMPLES = 1_000 if os.environ.get("HERALD_SOAK") else 40
Values = dict[str, Any]

texts = st.text(st.characters(exclude_categories=[]), max_size=12)  # lone surrogates too
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(1971, 1, 1), datetime(9998, 1, 1), timezones=zones)  # noqa: DTZ001  hypothesis puts the zone in
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts | moments,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def values_of(schema: Schema) -> st.SearchStrategy[Any]:
    """What a program may put into a field of that schema."""
    kinds = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", ["any"])
    known = _known(kinds[0], schema)
    return st.none() | known if "null" in kinds else known


def _known(kind: str, schema: Schema) -> st.SearchStrategy[Any]:
    for one in schema.get("anyOf", []):
        if "enum" in one:
            return st.sampled_from(cast("list[Any]", one["enum"]))
    match kind:
        case "string":
            return _texts(schema)
        case "integer":
            return st.integers(schema["minimum"], schema["maximum"])
        case "boolean":
            return st.booleans()
        case "array":
            return st.lists(values_of(schema["items"]), max_size=4)
        case "object":
            return _objects(schema)
        case _:
            return anything


def _texts(schema: Schema) -> st.SearchStrategy[Any]:
    if "format" in schema:
        return moments
    return st.integers(0, 2**64 - 1) if "pattern" in schema else texts


def _objects(schema: Schema) -> st.SearchStrategy[Values]:
    if "properties" in schema:
        inner = cast("dict[str, Schema]", schema["properties"])
        return st.fixed_dictionaries({key: values_of(one) for key, one in inner.items()})
    values = schema["additionalProperties"]
    known = anything if values is True else values_of(values)
    return st.dictionaries(texts, known, max_size=3)


def _rises(values: Values) -> None:
    values["old_level"], values["new_level"] = 4, 4 + 1 + values["new_level"] % 100


def _is_no_zero(values: Values) -> None:
    values["delta"] = values["delta"] or 1


def _ends_later(values: Values) -> None:
    values["ends_at"] = values["starts_at"] + timedelta(minutes=1)


def _names_what_changed(values: Values) -> None:
    values["changed_fields"] += list(values["changes"])


def _is_money_or_a_good(values: Values) -> None:
    for side in ("", "counter_"):
        money = [f"{side}currency_id", f"{side}amount", f"{side}decimals"]
        whole = None not in [values[key] for key in money]
        values.update({f"{side}good": None} if whole else dict.fromkeys(money))


CONSISTENT: dict[str, Callable[[Values], None]] = {
    "xp.level_up": _rises,
    "economy.balance_changed": _is_no_zero,
    "giveaway.created": _ends_later,
    "case.updated": _names_what_changed,
    "trade.completed": _is_money_or_a_good,
}
"""What makes values fit each other, where a model holds them against each other."""


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_data_is_what_is_documented(event: type[Event]) -> None:
    properties = cast("dict[str, Schema]", data_of(event)["properties"])

    @settings(max_examples=EXAMPLES)
    @given(st.fixed_dictionaries({key: values_of(one) for key, one in properties.items()}))
    def check(values: Values) -> None:
        CONSISTENT.get(event.type, lambda _: None)(values)
        made = event.model_validate({"guild_id": 1, **values}).data()
        data = json.loads(made.decode("utf-8"), parse_float=pytest.fail)
        assert list(data) == list(event.wire_keys()) == list(event.example)
        for key, schema in properties.items():
            _check(schema, values[key], data[key])

    check()


def _check(schema: Schema, given: Any, sent: Any) -> None:
    match given:
        case datetime():
            assert datetime.fromisoformat(sent) == given.replace(microsecond=0)
            assert sent == given.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
        case int() if "pattern" in schema:
            assert sent == str(given)
        case str():
            assert sent == given.encode("utf-8", "replace").decode()
        case list():
            assert len(sent) == len(cast("list[Any]", given))
            for one, other in zip(cast("list[Any]", given), sent, strict=True):
                _check(schema["items"], one, other)
        case dict():
            _check_numbers(sent)
        case _:
            assert sent == given


def _check_numbers(sent: Any) -> None:
    """No number that a reader in JavaScript would lose digits of."""
    match sent:
        case bool():
            return
        case int():
            assert abs(sent) < 2**53
        case list():
            for one in cast("list[Any]", sent):
                _check_numbers(one)
        case dict():
            for one in cast("dict[str, Any]", sent).values():
                _check_numbers(one)
        case _:
            assert sent is None or isinstance(sent, str)
