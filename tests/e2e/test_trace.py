"""How many files an act goes through to its event, as `python -m tools.trace` counts them."""

from collections.abc import Awaitable, Callable

import pytest

from tools import trace

Measure = Callable[[], Awaitable[tuple[str, ...]]]


@pytest.mark.parametrize(
    ("measure", "first"),
    [
        (trace.tempban, "cogs/cases/"),
        (trace.ticket_close, "cogs/tickets/"),
        (trace.member_remove, "cogs/members/"),
        (trace.background, ""),
    ],
)
async def test_a_path_is_short(measure: Measure, first: str) -> None:
    files = await measure()
    assert len(files) <= trace.LIMITS[measure.__name__], files
    assert "".join(files[:1]).startswith(first)  # it was followed at all
