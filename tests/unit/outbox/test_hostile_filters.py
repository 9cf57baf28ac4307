"""What a hostile filter can cost at most, on the largest event there is."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from bot.outbox.filter_budget import STEPS_LIMIT
from bot.outbox.filters import FilterFailed, lets_through, parse

GIVEN_UP = f"it takes more than {STEPS_LIMIT} steps on this event"

# 256 KiB of data in each of the shapes that cost most.
BIG: dict[str, Any] = {
    "type": "security.audit_entry",
    "guild_id": "42",
    "data": {
        "list": [0] * 128_000,
        "texts": ["a" * 250] * 1000,
        "twins": ["a" * 128_000, "a" * 127_999 + "a"],
        "text": "a" * 256_000,
        "page": "a" * 29_999,
        "needle": "a" * 49 + "b" + "a" * 49,
        "digits": ["9" * 4300] * 60,
        "map": {str(number): number for number in range(30_000)},
    },
}

TWENTY = "|".join(["[@,@]"] * 20)  # a million leaves
COSTLY = [
    f"{TWENTY}|to_string(@)",
    f"({TWENTY}) == ({TWENTY})",
    f"contains([{TWENTY}], {TWENTY})",
    f"length({TWENTY}|to_string(@)) > `1`",
    "|".join(["[@,@]", "[]"] * 20),
    "[data.list] == [data.list]",
    "data.list[?@ == `1`]",
    "data.list[?contains([@], 'x')]",
    "data.list[*].a",
    "data.list[]",
    "data.parts || [data.list][0][:] == data.list",
    "[data.list][0][:][:][:][:][:][:][:][:]",
    "data.map.*",
    "values(data.map)",
    "keys(data.map)",
    "sum(data.list)",
    "max(data.list)",
    "data.texts[?@ == 'a']",
    "data.texts[?contains(@, 'b')]",
    "||".join(["data.twins[0] != data.twins[1]"] * 4),
    "||".join(["contains(data.text, 'aaaaaaaab')"] * 4),
    "||".join(["contains(data.page, data.needle)"] * 2),
    "||".join(["!starts_with(data.text, data.text)"] * 4),
    "||".join(["to_number(data.digits[0]) == `1`"] * 14),
    "||".join(["to_string(data.text) == 'a'"] * 4),
    "to_string(@)",
    "length(@) == `0`",
]


class TooManyCalls(Exception):
    """Raised by the profiler: nothing ended the evaluation in time."""


@contextmanager
def calls_bounded(most: int) -> Generator[None]:
    """Break off beyond so many calls of Python and of C."""
    calls = 0

    def profile(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")
        if calls > most:
            sys.setprofile(None)
            raise TooManyCalls

    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize("expression", COSTLY)
def test_a_costly_filter_is_given_up_after_so_many_steps(expression: str) -> None:
    parse(expression)
    with calls_bounded(20 * STEPS_LIMIT), pytest.raises(FilterFailed) as failed:
        lets_through(expression, BIG)
    assert str(failed.value) == GIVEN_UP


@pytest.mark.parametrize(
    "expression",
    [
        "data.text == 'a'",
        "starts_with(data.text, 'b')",
        "contains(data.page, 'discord.gg/')",
        "length(data.page) == `1`",
        "data.list[127999] != `0`",
    ],
)
def test_a_plain_question_about_a_large_event_is_answered(expression: str) -> None:
    assert lets_through(expression, BIG) is False
