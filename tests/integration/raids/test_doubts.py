"""Raids where it is not known: no answer is no refusal, and nobody is taken for a raider."""

from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.features.raids.model import JoinerState
from bot.features.raids.people import SOME
from tests.integration.raids.raids_env import GUILD, HARBOUR_MASTER, SEND, RaidsEnv
from tests.support.fake_acts import Fault


@pytest.mark.parametrize(
    ("action", "call"), [("ban", "ban_many"), ("ban", "account"), ("quarantine", "member")]
)
async def test_no_answer_is_no_refusal(env: RaidsEnv, action: str, call: str) -> None:
    await env.choose("raids", action=action)
    env.discord.faults[call] = Fault.LOST
    came = await env.join(8)
    if call == "account":  # who has left is not known by name
        for one in came:
            del env.discord.people[one.user_id]
    await env.settle()
    assert {one.state for one in await env.joiners()} == {JoinerState.ORDERED}
    env.discord.faults.clear()
    for _ in range(3):
        await env.sweep(61)
    assert {one.state for one in await env.joiners()} == {JoinerState.DONE}
    dealt = env.discord.banned if action == "ban" else env.quarantined()
    assert {one.user_id for one in came} == {*dealt}


@pytest.mark.thorough("a whole raid")
async def test_of_whom_there_is_no_answer_keeps_nobody_else_waiting(env: RaidsEnv) -> None:
    came = [one.user_id for one in await env.join(SOME + 5)]
    env.discord.faults |= {f"member {one}": Fault.LOST for one in came[:SOME]}
    await env.settle()
    assert env.quarantined() == {*came[SOME:]}
    env.discord.faults = {f"member {came[0]}": Fault.LOST}
    for _ in range(3):
        await env.sweep(61)
    assert env.quarantined() == {*came[1:]}


async def test_out_of_sight_nobody_is_let_off(env: RaidsEnv) -> None:
    await env.choose("raids", lockdown=True)
    env.channels()
    await env.join(8)
    env.discord.is_there = False
    await env.settle()
    assert {one.state for one in await env.joiners()} == {JoinerState.WAITING}
    env.discord.is_there = True
    await env.sweep(61)
    assert len(env.quarantined()) == 8
    assert env.overwrites()[1].deny & SEND


async def test_what_is_left_in_a_server_that_the_bot_has_left_is_let_go(env: RaidsEnv) -> None:
    await env.join(8)
    env.discord.is_there = False
    await env.settle()
    await env.sweep(86_000)  # it has ended by now, which may be an outage
    raid = await env.raid()
    assert raid is not None
    assert raid.due_at is not None
    await env.sweep(1000)
    raid = await env.raid()
    assert raid is not None
    assert raid.due_at is None
    assert {one.state for one in await env.joiners()} == {JoinerState.SPARED}


async def test_a_raid_by_hand_takes_in_nobody_of_long_ago(env: RaidsEnv) -> None:
    await env.join(3)
    env.clock.advance(86_400)
    await env.raids.start(HARBOUR_MASTER)
    assert await env.joiners() == []


async def test_late_joins_belong_to_it_by_the_moment_at_which_they_came(env: RaidsEnv) -> None:
    early = env.arrival()
    env.clock.advance(3600)
    await env.join(8)
    await env.again()
    late = env.arrival()
    raid = await env.raid()
    assert raid is not None
    people = {early.user_id: early.joined_at, late.user_id: late.joined_at}
    people |= {env.arrival().user_id: raid.ends_at + timedelta(seconds=1)}
    async with env.database.transaction() as tx:
        await env.raids.sessions.on_late_joins(tx, GUILD, people)
    assert [one.user_id for one in await env.joiners()][8:] == [late.user_id]


async def test_where_nothing_hears_of_joins_a_raid_does_not_end_by_itself(env: RaidsEnv) -> None:
    await env.join(8)
    env.discord.is_heard = False
    await env.sweep(600)
    raid = await env.raid()
    assert raid is not None
    assert raid.is_active
    env.discord.is_heard = True
    await env.sweep(61)
    raid = await env.raid()
    assert raid is not None
    assert not raid.is_active


async def test_what_is_locked_and_cannot_be_again_is_put_back_all_the_same(env: RaidsEnv) -> None:
    await env.choose("raids", lockdown=True)
    env.channels()
    before = env.overwrites()
    await env.join(8)
    await env.settle()
    await env.raids.end(HARBOUR_MASTER)
    env.clock.advance(11)
    await env.join(8)  # before anything was put back
    env.discord.faults["put_overwrite"] = Fault.REFUSES
    await env.settle()
    status = await env.raids.status(GUILD)
    assert status is not None
    assert (status.counts.locked, status.counts.failed) == (2, 0)
    env.discord.faults.clear()
    await env.sweep(301)
    await env.settle()
    assert env.overwrites() == before


async def test_settings_that_would_send_away_whoever_joins_are_refused(env: RaidsEnv) -> None:
    await env.choose("raids", joins=2)  # in quarantine people lose nothing for good
    with pytest.raises(UserError, match="5 joins"):
        await env.choose("raids", action="ban")
    await env.choose("raids", joins=8, action="ban")
    for name, value in (("joins", 2), ("window_seconds", 300), ("cooldown_seconds", 86_400)):
        with pytest.raises(UserError, match="quarantine"):
            await env.choose("raids", **{name: value})
