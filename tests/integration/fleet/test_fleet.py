"""Processes on one PostgreSQL: who has which guilds, and what becomes of those of the dead."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from time import monotonic
from weakref import WeakKeyDictionary

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from bot.clock import ManualClock, SystemClock
from bot.errors import HeraldError
from bot.fleet import fleet as fleet_module
from bot.fleet.assignment import Assignment, Role, ShardRange
from bot.fleet.fleet import CUT_FOR, Fleet
from bot.fleet.store import Vitals
from bot.fleet.whereabouts import Whereabouts, here
from bot.storage.commits import times_of
from bot.storage.database import Database
from tests.support.loops import turn
from tests.support.patience import PATIENCE
from tests.support.watched import beside

LEASE = 15.0
FIRST, SECOND = 0 << 22, 1 << 22
"""Guilds of the first and of the second of two shards."""

Joins = Callable[..., Fleet]
DATABASES: WeakKeyDictionary[Fleet, Database] = WeakKeyDictionary()


def bot(first: int, last: int, count: int) -> Assignment:
    return Assignment(frozenset({Role.BOT}), ShardRange(first, last, count))


@pytest.fixture
async def fleets(postgres_url: str) -> AsyncGenerator[Joins]:
    """Makes processes that have not joined, each on a machine of its own."""
    made: list[Fleet] = []
    async with AsyncExitStack() as opened:
        databases = [await opened.enter_async_context(beside(postgres_url)) for _ in range(3)]

        def make(assignment: Assignment, clock: ManualClock | None = None) -> Fleet:
            number = len(made)
            fleet = Fleet(databases[number], assignment, clock=clock or SystemClock(), lease=LEASE)
            fleet.me = replace(fleet.me, where=Whereabouts(f"m{number}:1", f"m{number}", 1))
            made.append(fleet)
            DATABASES[fleet] = databases[number]
            return fleet

        yield make
        for one in made:
            await one.stop()


def database_of(fleet: Fleet) -> Database:
    return DATABASES[fleet]


def covered(fleet: Fleet) -> list[bool]:
    return [database_of(fleet).territory.covers(one) for one in (FIRST, SECOND)]


async def silent(fleet: Fleet, seconds: float) -> None:
    """Its row says nothing for so long."""
    async with database_of(fleet).transaction() as tx:
        await tx.execute(
            text("UPDATE herald_process SET seen_at = seen_at - :ms WHERE uuid = :id"),
            {"ms": round(seconds * 1000), "id": fleet.me.id},
        )


async def test_each_has_its_shards_and_those_that_nobody_connects(fleets: Joins) -> None:
    web, one, two = (
        fleets(Assignment(frozenset({Role.WEB}))),
        fleets(bot(0, 0, 2)),
        fleets(bot(1, 1, 2)),
    )
    await web.join()
    assert covered(web) == [True, True]  # there is nobody else
    await one.join()
    await web.look()
    assert (covered(web), covered(one)) == ([False, True], [True, False])
    await two.join()
    await web.look()
    assert (covered(web), covered(two)) == ([False, False], [False, True])
    await silent(one, LEASE + 1)
    for fleet in (web, two):
        await fleet.look()
    assert (covered(web), covered(two)) == ([True, False], [False, True])
    await web.stop()
    await two.look()
    assert covered(two) == [True, True]


async def test_alone_it_has_all_and_tells_nobody(fleets: Joins) -> None:
    whole = fleets(Assignment())
    await whole.join()
    assert database_of(whole).territory.is_whole
    assert not database_of(whole).signals.others
    deliver = fleets(Assignment(frozenset({Role.DELIVER})))
    await deliver.join()
    await whole.look()
    assert database_of(whole).territory.is_whole
    assert database_of(whole).signals.others
    assert covered(deliver) == [False, False]


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (bot(1, 3, 4), "the process m0:1 runs the shards 0-1/4 on this database: stop it, or give"),
        (bot(2, 2, 3), "divides this bot into 4 shards, and --shards says 3: give all the same"),
        (Assignment(), "the process m0:1 runs the shards 0-1/4 on this database"),
    ],
)
async def test_the_same_shard_twice_is_refused(
    fleets: Joins, second: Assignment, words: str
) -> None:
    first = fleets(bot(0, 1, 4))
    await first.join()
    clock = Beating(first)
    late = fleets(second, clock)
    with pytest.raises(HeraldError) as caught:
        await late.join()
    assert words in str(caught.value)
    assert len(await first.processes()) == 1


class Beating(ManualClock):
    """A clock whose sleeps are filled by the other process, which lives; or does not."""

    def __init__(self, other: Fleet, *, lives: bool = True) -> None:
        super().__init__()
        self._other, self._lives = other, lives

    async def sleep(self, seconds: float) -> None:
        if self._lives:
            await self._other.beat()
        else:
            await silent(self._other, seconds)


async def test_the_shards_of_the_dead_are_waited_for(fleets: Joins) -> None:
    """And whoever comes back finds that it has lost them."""
    first = fleets(bot(0, 1, 2))
    await first.join()
    second = fleets(bot(0, 1, 2), Beating(first, lives=False))
    await second.join()
    assert [one.id for one in await second.processes()] == [second.me.id]
    assert not first.lost.is_set()
    await first.beat()
    assert first.lost.is_set()
    assert covered(first) == [False, False]


async def test_who_died_on_this_machine_is_not_waited_for(fleets: Joins) -> None:
    first, second = fleets(bot(0, 1, 2)), fleets(bot(0, 1, 2))
    place = here()
    first.me = replace(first.me, where=replace(place, pid=2**30))  # no process has that number
    second.me = replace(second.me, where=place)
    await first.join()
    await second.join()
    assert [one.id for one in await second.processes()] == [second.me.id]


async def test_a_join_waits_for_rows_that_it_cannot_write_yet(
    fleets: Joins, postgres_url: str
) -> None:
    """As while a commit waits for a standby that has gone."""
    dead, database = fleets(bot(0, 0, 1)), Database(postgres_url, times=times_of(0.2))
    await dead.join()
    await silent(dead, LEASE + 1)
    await database.open()
    late = Fleet(database, bot(0, 0, 1), clock=SystemClock(), lease=LEASE)
    async with asyncio.timeout(PATIENCE):
        async with database_of(dead).transaction() as tx:
            await tx.execute(text("SELECT 1 FROM herald_process FOR UPDATE"))
            with capture_logs() as logs:
                joining = asyncio.create_task(late.join())
                while not logs and not joining.done():
                    await turn()
            assert [one["event"] for one in logs] == ["database.unavailable"]
        await joining
    assert [one.id for one in await late.processes()] == [late.me.id]
    await late.stop()
    await database.close()


async def test_a_row_that_was_lost_is_written_again(fleets: Joins) -> None:
    """Where nobody has its shards."""
    fleet = fleets(bot(0, 0, 2))
    await fleet.join()
    async with database_of(fleet).transaction() as tx:
        await tx.execute(text("DELETE FROM herald_process"))
    fleet.vitals = lambda: Vitals(guilds=3, leases=7)
    for _ in range(2):
        await fleet.beat()
    (seen,) = await fleet.processes()
    assert (seen.guilds, seen.leases, seen.is_alive) == (3, 7, True)
    assert not fleet.lost.is_set()


async def test_turns_at_the_gateway_are_five_seconds_apart(fleets: Joins) -> None:
    """Those of one bucket, whoever takes them."""
    one, two = fleets(bot(0, 0, 2)), fleets(bot(1, 1, 2))
    waits = [await fleet.identify_turn(0) for fleet in (one, two, one)]
    assert waits[0] == 0
    assert 4 < waits[1] <= 5 < 9 < waits[2] <= 10
    assert await two.identify_turn(1) == 0


async def test_it_beats_by_itself(fleets: Joins) -> None:
    clock = ManualClock()
    fleet = fleets(bot(0, 0, 1), clock)
    await fleet.join()
    await silent(fleet, 60)
    fleet.start()
    clock.advance(LEASE / 3)
    async with asyncio.timeout(PATIENCE):
        while not (await fleet.processes())[0].is_alive:
            pass
    await fleet.stop()
    assert await fleet.processes() == [fleet.me]


async def test_who_was_cut_off_knows_that_others_may_have_acted(
    fleets: Joins, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = monotonic()
    monkeypatch.setattr(fleet_module, "monotonic", lambda: real)
    fleet, web = fleets(bot(0, 0, 1)), fleets(Assignment(frozenset({Role.WEB})))
    await fleet.join()
    real += LEASE + 1
    assert not fleet.was_cut_off()  # there was nobody else
    await fleet.beat()
    await web.join()
    await fleet.look()
    real += LEASE
    assert not fleet.was_cut_off()
    real += 1
    assert fleet.was_cut_off()
    await fleet.beat()
    for _ in range(4):  # it beats again, and may still hear of what was done meanwhile
        assert fleet.was_cut_off()
        real += CUT_FOR / 10
        await fleet.beat()
    for _ in range(6):
        real += CUT_FOR / 10
        await fleet.beat()
    assert not fleet.was_cut_off()
