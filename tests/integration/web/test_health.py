"""Whether the process lives, and whether it can do its work."""

import asyncio

import pytest

from bot.clock import ManualClock
from tests.integration.web.conftest import Site
from tests.support.raw_http import ask


async def test_a_process_that_answers_lives_whatever_it_lacks(site: Site) -> None:
    site.missing = {"database"}
    answer = await ask(site.port, "/healthz")
    assert (answer.status, answer.json) == (200, {"alive": True})
    assert site.probed == 0


async def test_ready_when_nothing_is_missing(site: Site) -> None:
    answer = await ask(site.port, "/readyz")
    assert (answer.status, answer.json) == (200, {"ready": True, "missing": []})


@pytest.mark.parametrize("fault", ["database", "broken"])
async def test_what_is_missing_has_a_name(site: Site, fault: str) -> None:
    site.missing = {fault}
    answer = await ask(site.port, "/readyz")
    assert (answer.status, answer.json) == (503, {"ready": False, "missing": ["database"]})
    assert b"10.0.0.7" not in answer.body


async def test_an_answer_is_kept_for_a_second(site: Site, clock: ManualClock) -> None:
    first = await asyncio.gather(*(ask(site.port, "/readyz") for _ in range(5)))
    site.missing = {"database"}
    again = await ask(site.port, "/readyz")
    assert {one.status for one in (*first, again)} == {200}
    assert site.probed == 1
    clock.advance(1.0)
    assert (await ask(site.port, "/readyz")).status == 503
    assert site.probed == 2
    clock.set_by(-3600)
    site.missing = set()
    assert (await ask(site.port, "/readyz")).status == 200
