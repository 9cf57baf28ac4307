"""Two processes on one PostgreSQL: what one of them has found out the other goes by at once."""

import asyncio
from collections.abc import AsyncGenerator
from typing import TypeVar

import pytest

from bot.clock import ManualClock
from bot.delivery.emitter import Emitter
from bot.features.nukes import NUKES
from bot.storage.row_memory import RowMemory
from tests.integration.nukes.nukes_env import QUEEN, NukesEnv
from tests.support.emitter_setup import GUILD, config_for
from tests.support.fake_acts import BOT, MODERATOR
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.watched import listening

Both = tuple[NukesEnv, NukesEnv]
T = TypeVar("T")


@pytest.fixture
async def both(postgres_url: str, clock: ManualClock) -> AsyncGenerator[Both]:
    """Two with one Discord, each with memory of its own."""
    emitters = [await Emitter.open(config_for(postgres_url), clock) for _ in range(2)]
    for one in emitters:
        await listening(one.database)
    here = await NukesEnv.open(emitters[0], clock)
    there = NukesEnv(emitters[1], clock)
    there.discord = here.discord
    there.renew()
    background = [one for it in (here, there) for one in it.parts[NUKES].background[:2]]
    for one in (there.nukes.detection, *background):
        one.start()
    yield here, there
    for one in (here.nukes.detection, there.nukes.detection, *background, *emitters):
        await one.stop()


async def until(memory: RowMemory[T], one: T, *, is_there: bool = True) -> None:
    """Return when the other process knows it."""
    async with asyncio.timeout(PATIENCE):
        while (one in memory.known) is not is_there:
            await turn()


async def test_locked_commands_are_locked_in_every_process(both: Both) -> None:
    here, there = both
    here.discord.unexplained = True
    await here.deletes_channels(101, 102, 103, by=BOT)
    await here.sweep()
    await until(there.nukes.locks, GUILD)
    assert there.nukes.lock_reason(GUILD, MODERATOR) is not None
    await there.nukes.unlock(QUEEN)
    await until(here.nukes.locks, GUILD, is_there=False)
    assert here.nukes.lock_reason(GUILD, MODERATOR) is None


async def test_what_follows_counts_as_such_wherever_it_is_heard(both: Both) -> None:
    here, there = both
    before = here.shape()
    await here.deletes_channels(101, 102, 103)
    await until(there.nukes.detection.lasting, (GUILD, MODERATOR))
    await there.deletes_channels(104)  # one alone is not too many
    await here.sweep()
    assert here.shape()[0] == before[0]
    # This process has stopped them, and somebody gave them their roles again.
    here.discord.people[MODERATOR].role_ids |= {2}
    here.clock.advance(5)
    await there.deletes_channels(105, 106, 100)
    await there.sweep()
    assert here.discord.roles_of(MODERATOR) == set()
    found = await here.nuke()
    assert found is not None
    assert (found.id, found.count) == (2, 3)
