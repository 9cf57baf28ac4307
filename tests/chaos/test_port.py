"""Killed at any statement's beginning or end, a port ends whole by the same command."""

import random
import signal
from collections.abc import Awaitable, Callable

import pytest

from tests.chaos.seeded import MANY, SEED
from tests.integration.storage.test_port import stored
from tests.support.full_tables import fill_every
from tests.support.program import Program
from tests.support.watched import beside

KILLS = 30 if MANY else 3

pytestmark = pytest.mark.chaos

NewUrl = Callable[[], Awaitable[str]]


async def lived(source: str, target: str, fatal: int = 0) -> int:
    """How many boundaries there were; 0 where it was killed at one."""
    orders = {"source": source, "target": target, "fatal": fatal}
    async with Program("tests.chaos.port_life", orders) as program:
        code, said = await program.end()
    assert code in (0, -signal.SIGKILL)
    return int(said.split()[-1]) if code == 0 else 0


@pytest.mark.thorough("real kills; cuts between two pages show that it goes on")
async def test_killed_at_any_boundary_it_ends_whole(new_url: NewUrl, sqlite_url: str) -> None:
    chance = random.Random(SEED)
    async with beside(sqlite_url) as source:
        async with source.transaction() as tx:
            await fill_every(tx)
        before = await stored(source)
    boundaries = await lived(sqlite_url, await new_url())
    target = await new_url()
    for _ in range(KILLS):
        await lived(sqlite_url, target, chance.randrange(1, boundaries))
    assert await lived(sqlite_url, target), SEED
    async with beside(sqlite_url) as source, beside(target) as there:
        assert await stored(source) == before, SEED
        assert await stored(there) == before, SEED
