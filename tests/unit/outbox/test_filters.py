"""Filters: what they let through, what is refused, and what a hostile one can cost at most."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import jmespath
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.catalogue import EVENTS, Event
from bot.dialects.base import Envelope
from bot.dialects.phantom import Phantom
from bot.outbox.filter_budget import Evaluation
from bot.outbox.filters import (
    FUNCTIONS,
    LENGTH_LIMIT,
    REMEMBERED,
    BadFilter,
    FilterFailed,
    FilterProblem,
    lets_through,
    parse,
    seen,
)

SIGHT: dict[str, Any] = {
    "type": "case.created",
    "guild_id": "42",
    "data": {
        "user_id": "7",
        "delta": -250,
        "type": "ban",
        "reason": None,
        "note": "",
        "none": [],
        "nothing": {},
        "zero": 0,
        "no": False,
        "roles": ["1", "2", "2"],
        "parts": [[1, 2], [3], 4],
        "context": {"name": "backend", "count": 3},
    },
}


@pytest.mark.parametrize(
    ("expression", "passes"),
    [
        ("type == 'case.created'", True),
        ("guild_id == '42'", True),
        ("guild_id == `42`", False),
        ("data.user_id == '7' && data.type == 'ban'", True),
        ("data.type == 'kick' || starts_with(type, 'case.')", True),
        ("!(data.type == 'ban')", False),
        ("abs(data.delta) >= `250`", True),
        ("to_number(data.user_id) > `6`", True),
        ("contains(['ban', 'kick'], data.type)", True),
        ("contains(data.roles, '3')", False),
        ("data.roles[?@ == '1']", True),
        ("data.roles[?@ == '3']", False),
        ("length(data.roles[?@ == '2']) == `2`", True),
        ("data.parts[][] | [-1]", True),
        ("data.parts[0][0:1]", True),
        ("data.context.*", True),
        ("data.reason", False),
        ("data.note", False),
        ("data.none", False),
        ("data.nothing", False),
        ("data.no", False),
        ("data.unknown.deeper", False),
        ("data.zero", True),
        ("data.context", True),
    ],
)
def test_what_is_true_passes_and_what_is_false_is_kept_out(expression: str, passes: bool) -> None:
    assert lets_through(expression, SIGHT) is passes


@pytest.mark.parametrize(
    ("expression", "why", "at"),
    [
        ("", FilterProblem.UNFINISHED, 0),
        ("data.delta > 10", FilterProblem.MISPLACED, 13),
        ("data.a and data.b", FilterProblem.MISPLACED, 7),
        ("data.type = 'ban'", FilterProblem.SIGN, 10),
        ("data.type == \N{LEFT SINGLE QUOTATION MARK}ban", FilterProblem.SIGN, 13),
        ("data.type == 'ban", FilterProblem.UNCLOSED, 13),
        ("data.type == `ban`", FilterProblem.JSON, None),
        ("data.type == `{`", FilterProblem.JSON, None),
        ('data."\\x"', FilterProblem.JSON, 5),
        ("data.type ==", FilterProblem.UNFINISHED, 12),
        ("contains(data.roles", FilterProblem.UNFINISHED, 19),
        ("sort(data.roles)", FilterProblem.FUNCTION, None),
        ("to_string(sort_by(data.roles, &@))", FilterProblem.FUNCTION, None),
        ("length()", FilterProblem.ARGUMENTS, None),
        ("abs(data.delta, `1`)", FilterProblem.ARGUMENTS, None),
        ("&data.type", FilterProblem.REFERENCE, None),
        ("x" * (LENGTH_LIMIT + 1), FilterProblem.LONG, None),
        ("!" * 90 + "a", FilterProblem.DEEP, None),
        ("!" * 490 + "a", FilterProblem.DEEP, None),
        ("*." * 200 + "a", FilterProblem.DEEP, None),
        ("a" + "[*]" * 150, FilterProblem.DEEP, None),
        ("|".join(["[@,@]"] * 80), FilterProblem.DEEP, None),
        ("[" * 490, FilterProblem.DEEP, None),
    ],
)
def test_what_cannot_be_a_filter_is_refused_with_its_place(
    expression: str, why: FilterProblem, at: int | None
) -> None:
    with pytest.raises(BadFilter) as refused:
        parse(expression)
    assert (refused.value.why, refused.value.at) == (why, at)


def test_as_many_alternatives_as_find_room_are_a_filter() -> None:
    expression = " || ".join(["type=='a.b'"] * 33)
    assert LENGTH_LIMIT - 20 < len(expression) <= LENGTH_LIMIT
    assert lets_through(expression, SIGHT) is False


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("data.user_id > `5`", "it compares a text with something else"),
        ("contains(data.type, `1`)", "it compares a text with something else"),
        ("abs(data.type)", "abs() needs number and got string"),
        ("length(data.delta)", "length() needs string/array/object and got number"),
        ("data.roles[::0]", "it cannot be evaluated (ValueError)"),
        ("ceil(to_number('1e999'))", "it cannot be evaluated (OverflowError)"),
        ("sort(data.roles)", "this version cannot read it"),
    ],
)
def test_a_filter_that_fails_says_why_and_quotes_nothing(expression: str, reason: str) -> None:
    with pytest.raises(FilterFailed) as failed:
        lets_through(expression, SIGHT)
    assert str(failed.value) == reason


def test_a_step_is_a_node_that_is_visited() -> None:
    evaluation = Evaluation()
    evaluation.visit(parse("data.roles[?@ == '1']"), SIGHT)
    # The projection, `data.roles` with its two fields, the identity; for each of three elements
    # the comparison, its two sides visited, weighed and read again; once more for the one kept.
    assert evaluation.steps == 1 + 3 + 3 * (1 + 2 + 2 + 2) + 1


LEAVES = st.sampled_from(
    ["data.type", "data.delta", "data.roles", "data.parts[0]", "data.context", "'ban'", "`1`", "@"]
)
ONE = ("abs", "length", "to_number", "to_string", "type", "keys", "values", "sum", "not_null")


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.sampled_from(["||", "&&", "==", "!=", "<", ">=", "|"])
    return st.one_of(
        st.builds("({} {} {})".format, inner, pairs, inner),
        st.builds("!({})".format, inner),
        st.builds("{}({})".format, st.sampled_from(ONE), inner),
        st.builds("contains({}, {})".format, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{a: {}}}".format, inner),
        st.builds("({})[]".format, inner),
        st.builds("({})[?{}]".format, inner, inner),
        st.builds("({}).*".format, inner),
        st.builds("({})[0:2]".format, inner),
    )


@given(st.recursive(LEAVES, _larger, max_leaves=8))
@example("length((data.roles)[?data.type])")
def test_a_filter_means_what_the_library_says(expression: str) -> None:
    try:
        expected = jmespath.search(expression, SIGHT)
    except Exception:  # noqa: BLE001  whatever it is, ours fails too
        with pytest.raises((FilterFailed, BadFilter)):
            lets_through(expression, SIGHT)
        return
    if len(expression) <= LENGTH_LIMIT:
        is_false = expected is False or expected in (None, "", [], {})  # 0 == False, and passes
        assert lets_through(expression, SIGHT) is not is_false


def test_a_parsed_filter_is_remembered_and_others_are_forgotten() -> None:
    first = parse("data.a == 'first'")
    assert parse("data.a == 'first'") is first
    for number in range(REMEMBERED + 100):
        parse(f"data.a == 'other {number}'")
    assert parse.cache_info().currsize == REMEMBERED
    assert parse("data.a == 'first'") is not first


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_a_filter_sees_what_is_sent(event: type[Event]) -> None:
    sample = event.sample(42)
    body = Phantom("x").render(Envelope(uuid4(), sample, datetime(2026, 5, 24, tzinfo=UTC)))
    assert body is not None
    sent = json.loads(body)
    assert seen(sample) == {key: sent[key] for key in ("type", "guild_id", "data")}


def test_every_function_is_one_of_the_library() -> None:
    for name in FUNCTIONS:
        arguments = "@, @" if name in ("contains", "ends_with", "starts_with") else "@"
        assert parse(f"{name}({arguments})")
