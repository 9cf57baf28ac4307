"""Many at once, on both engines: ends after a downtime, look-ups that fail, two processes."""

import asyncio
from datetime import timedelta

import pytest

from bot.errors import NotFound
from bot.features.cases import due, store
from bot.features.cases.model import Order
from bot.features.cases.store import table as moderation_case
from bot.storage.sweep import AT_ONCE, lease
from tests.conftest import START
from tests.integration.cases.cases_env import HARBOUR_MASTER, PILOT, CasesEnv, Process
from tests.support.emitter_setup import GUILD
from tests.support.fake_acts import Fault
from tests.support.loops import turn
from tests.support.patience import PATIENCE

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ENDS = ("case.updated expired", "member.unbanned")


async def banned(env: CasesEnv, count: int) -> list[int]:
    """So many people, each banned for an hour, of which the gateway has told."""
    people = [env.someone() for _ in range(count)]
    for one in people:
        await env.cases.order(HARBOUR_MASTER, Order("tempban", one, duration=HOUR))
    await env.echo()
    await env.settle_members()
    env.discord.calls.clear()
    return people


def lifted(env: CasesEnv) -> list[int]:
    """Who was unbanned, as often as it was asked of Discord."""
    return sorted(about for name, about in env.discord.calls if name == "unban")


async def ended(env: CasesEnv) -> tuple[int, int]:
    """How many ends were told, and how many unbans."""
    kinds = await env.kinds()
    return kinds.count(ENDS[0]), kinds.count(ENDS[1])


@pytest.mark.thorough("sixty take long")
async def test_all_that_ended_while_away_are_lifted_once_by_two_processes(
    env: CasesEnv,
) -> None:
    people = await banned(env, 60)  # more than both take at once
    env.clock.advance(86_400)
    await env.again()
    other = Process(env.emitter, clock=env.clock, discord=env.discord)
    await other.cases.sweep.begin()
    await asyncio.gather(env.cases.sweep.sweep(), other.cases.sweep.sweep())
    assert env.discord.banned == {}
    await env.echo()
    await env.settle_members()
    await other.members.stop()
    assert lifted(env) == people
    assert await ended(env) == (60, 60)
    assert {row["state"] for row in await env.rows()} == {"expired"}


@pytest.mark.thorough("many rows")
async def test_two_claims_at_once_share_nothing_and_take_25_each(env: CasesEnv) -> None:
    await banned(env, 2 * AT_ONCE + 1)
    env.clock.advance(7200)
    database, now = env.emitter.database, env.clock.now()

    async def claim() -> list[int]:
        async with database.transaction() as tx:
            return [row.id for row in await lease(tx, moderation_case, due.expired(now), now)]

    first, second = await asyncio.gather(claim(), claim())
    rest = await claim()
    assert (len(first), len(second), len(rest)) == (AT_ONCE, AT_ONCE, 1)
    assert len({*first, *second, *rest}) == 2 * AT_ONCE + 1
    assert await claim() == []


@pytest.mark.parametrize("call", ["ban_reason", "unban"])
@pytest.mark.parametrize(
    ("fault", "wait"), [(Fault.REFUSES, timedelta(minutes=15)), (Fault.LOST, MINUTE)]
)
@pytest.mark.thorough("one fault shows it", but="sqlite-Fault.REFUSES-wait0-unban")
@pytest.mark.fewer_on_postgresql("hundreds of look-ups")
async def test_look_ups_that_fail_lose_no_schedule_and_keep_no_other_back(
    env: CasesEnv, call: str, fault: Fault, wait: timedelta
) -> None:
    """More than one claim takes, so that the failed ones could be taken over and over."""
    people = await banned(env, 2 * AT_ONCE + 1)
    env.discord.faults[call] = fault
    await env.sweep(after=HOUR)
    assert sorted(about for name, about in env.discord.calls if name == call) == people
    assert sorted(env.discord.banned) == people
    assert {row["state"] for row in await env.rows()} == {"active"}
    assert await ended(env) == (0, 0)
    env.discord.faults.clear()
    await env.again()
    await env.sweep(after=wait)
    assert env.discord.banned == {}
    assert await ended(env) == (51, 51)


@pytest.mark.thorough("two processes")
async def test_of_two_deletions_at_once_one_is_told(env: CasesEnv) -> None:
    for number in range(1, 21):
        otter = env.someone()
        await env.order("warn", otter)
        results = await asyncio.gather(
            env.process.book.delete(HARBOUR_MASTER, number),
            env.process.book.delete(PILOT, number),
            return_exceptions=True,
        )
        assert [type(one) for one in results].count(NotFound) == 1
        assert await env.kinds(otter) == ["case.created", "case.deleted"]


async def test_an_end_settled_twice_is_told_once(env: CasesEnv) -> None:
    """What one process saw as active, another may have ended by then."""
    (otter,) = await banned(env, 1)
    database = env.emitter.database
    async with database.reading() as reading:
        (case,) = await store.active(reading, GUILD, otter, ("tempban",))
    outcomes: list[bool] = []
    for _ in range(2):
        async with (
            env.process.members.echoes.own(GUILD, otter, "unbanned") as echo,
            database.transaction() as tx,
        ):
            outcomes.append(await env.cases.transitions.expired(tx, case, 900, echo) is not None)
    assert outcomes == [True, False]
    assert await ended(env) == (1, 1)


async def test_the_sweep_looks_again_after_fifteen_seconds(env: CasesEnv) -> None:
    elapsed = (env.clock.now() - START).total_seconds()
    env.cases.sweep.start()
    async with asyncio.timeout(PATIENCE):
        while env.clock.next_due() != elapsed + 15:
            await turn()
    await env.cases.sweep.stop()
