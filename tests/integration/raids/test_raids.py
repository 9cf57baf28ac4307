"""Raids: begun once, everyone in them dealt with, channels locked and put back."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import UserError
from bot.features.raids.model import JoinerState, RaidState
from bot.structure import Overwrite
from tests.integration.raids.raids_env import (
    FILES,
    GUILD,
    HARBOUR_MASTER,
    QUEEN,
    REACT,
    SEND,
    RaidsEnv,
)


async def test_the_first_who_came_are_dealt_with_too_and_it_is_told_once(env: RaidsEnv) -> None:
    early = await env.join(7)
    assert await env.raid() is None
    late = await env.join(5)
    await env.settle()
    assert env.quarantined() == {one.user_id for one in (*early, *late)}
    (told,) = await env.detected()
    assert told == {
        "raid_id": 1,
        "joins_in_window": 8,
        "window_seconds": 10,
        "action_taken": "quarantine",
    }
    assert env.discord.letters == []


async def test_a_join_that_is_told_again_counts_once(env: RaidsEnv) -> None:
    came = await env.join(7)
    for one in came:
        await env.raids.joined(one)
    assert await env.raid() is None


async def test_joins_that_come_slowly_are_no_raid(env: RaidsEnv) -> None:
    for _ in range(20):
        await env.join()
        env.clock.advance(1.5)
    assert await env.raid() is None


async def test_who_does_not_count(env: RaidsEnv) -> None:
    await env.choose("raids", exempt_returning=True)
    await env.join(10, age_days=31)
    await env.join(10, is_bot=True)
    await env.join(10, is_returning=True)
    await env.join(7)
    assert await env.raid() is None


async def test_who_comes_by_an_allowed_invite_is_waited_for_and_spared(env: RaidsEnv) -> None:
    await env.choose("raids", allowed_invites="https://discord.gg/staff")
    await env.join_by("staff", 2)
    others = await env.join_by("other", 7)
    assert await env.raid() is None
    others += await env.join_by("other", 1)
    assert [one.user_id for one in await env.joiners()] == [one.user_id for one in others]


async def test_one_session_while_others_follow_and_another_after_it(env: RaidsEnv) -> None:
    await env.join(8)
    await env.sweep(200)
    await env.join(1)
    await env.sweep(200, times=2)
    raid = await env.raid()
    assert raid is not None
    assert raid.state is RaidState.ACTIVE
    await env.sweep(101, times=2)
    ended = await env.raid()
    assert ended is not None
    assert ended.state is RaidState.ENDED
    await env.join(7)
    assert len(await env.detected()) == 1
    await env.join(1)
    assert [one["raid_id"] for one in await env.detected()] == [1, 2]
    assert len(await env.joiners()) == 17


async def test_a_restart_forgets_nobody_who_follows(env: RaidsEnv) -> None:
    await env.join(8)
    await env.again()
    (one,) = await env.join(1)
    await env.settle()
    assert one.user_id in env.quarantined()
    assert len(await env.detected()) == 1


async def test_who_came_while_the_bot_was_away_belongs_to_it(env: RaidsEnv) -> None:
    await env.join(8)
    await env.again()
    late = [env.arrival(), env.arrival(age_days=100)]
    async with env.database.transaction() as tx:
        people = {one.user_id: one.joined_at for one in late}
        await env.raids.sessions.on_late_joins(tx, GUILD, people)
    await env.settle()
    assert late[0].user_id in env.quarantined()
    assert late[1].user_id not in env.quarantined()


async def test_where_it_only_alerts_everyone_is_named(env: RaidsEnv) -> None:
    await env.choose("raids", action="alert")
    await env.join(9)
    await env.settle()
    raid = await env.raid()
    assert raid is not None
    page = await env.incidents.measures(GUILD, raid.incident_id, 1)
    assert "(raider\\_1) came with it" in "\n".join(one.label for one in page.rows)
    assert env.quarantined() == set()


@pytest.mark.thorough("hundreds of joins")
async def test_hundreds_are_banned_with_a_few_calls(env: RaidsEnv) -> None:
    count = 250
    await env.choose("raids", action="ban")
    came = [env.arrival() for _ in range(count)]
    await asyncio.gather(*(env.raids.joined(one) for one in came))
    await env.settle()
    assert env.discord.banned.keys() >= {one.user_id for one in came}
    assert len(await env.detected()) == 1
    assert {one.state for one in await env.joiners()} == {JoinerState.DONE}
    calls = [name for name, _about in env.discord.calls]
    assert calls.count("ban_many") <= 4
    assert len(calls) < 20
    status = await env.raids.status(GUILD)
    assert status is not None
    assert (status.counts.came, status.counts.done) == (count, count)


async def test_without_the_right_for_many_they_are_banned_one_by_one(env: RaidsEnv) -> None:
    env.discord.people[900].permissions -= {"manage_guild"}
    await env.choose("raids", action="ban")
    await env.join(8)
    await env.settle()
    assert len(env.discord.banned) == 8
    assert [name for name, _about in env.discord.calls].count("ban_many") == 0


async def test_what_is_refused_is_said_and_keeps_no_other(env: RaidsEnv) -> None:
    came = await env.join(8)
    del env.discord.people[came[2].user_id]
    await env.settle()
    refused = [one for one in await env.joiners() if one.state is JoinerState.REFUSED]
    assert [(one.user_id, one.refusal) for one in refused] == [
        (came[2].user_id, "They are not in this server.")
    ]
    assert len(env.quarantined()) == 7


async def test_a_lockdown_is_put_back_exactly(env: RaidsEnv) -> None:
    await env.choose("raids", lockdown=True, pause_minutes=1440)
    env.channels()
    before = env.overwrites()
    await env.join(8)
    await env.settle()
    during = env.overwrites()
    assert not during[1].allow & SEND
    assert during[1].deny & SEND
    assert during[2].allow == FILES
    assert during[2].deny & SEND
    assert during[2].deny & REACT
    assert (during[3], during[4]) == (before[3], before[4])
    assert env.discord.plans[2].overwrite(10).allow == SEND
    assert env.discord.paused == env.clock.now() + timedelta(hours=24, minutes=-1)
    await env.sweep(301)
    await env.settle()
    assert env.overwrites() == before
    assert env.discord.paused is None


async def test_what_was_changed_by_hand_meanwhile_stays(env: RaidsEnv) -> None:
    await env.choose("raids", lockdown=True)
    env.channels()
    await env.join(8)
    await env.settle()
    plans = env.discord.plans
    held = plans[1].overwrite(GUILD)
    by_hand = replace(held, allow=held.allow | SEND, deny=held.deny & ~SEND | FILES)
    plans[1] = replace(plans[1], overwrites=(by_hand,))
    del plans[2]
    await env.raids.end(HARBOUR_MASTER)
    await env.settle()
    assert plans[1].overwrite(GUILD) == Overwrite(GUILD, allow=SEND, deny=FILES)


async def test_a_second_raid_takes_over_what_the_first_has_locked(env: RaidsEnv) -> None:
    await env.choose("raids", lockdown=True)
    env.channels()
    before = env.overwrites()
    await env.join(8)
    await env.settle()
    await env.raids.end(HARBOUR_MASTER)
    env.clock.advance(11)
    await env.join(8)  # before anything was put back
    await env.settle()
    assert env.overwrites()[1].deny & SEND
    await env.sweep(301)
    await env.settle()
    assert env.overwrites() == before


async def test_release_lets_everybody_go(env: RaidsEnv) -> None:
    await env.choose("raids", lockdown=True)
    env.channels()
    before = env.overwrites()
    await env.join(8)
    await env.settle()
    await env.join(1)  # who waits is let off
    await env.raids.end(HARBOUR_MASTER, releases=True)
    await env.settle()
    assert env.quarantined() == set()
    assert env.overwrites() == before
    states = [one.state for one in await env.joiners()]
    assert states == [JoinerState.RELEASED] * 8 + [JoinerState.SPARED]


async def test_the_log_s_undo_lifts_the_batch_and_the_lockdown(env: RaidsEnv) -> None:
    await env.choose("raids", lockdown=True, pause_minutes=5)
    env.channels()
    before = env.overwrites()
    await env.join(8)
    await env.settle()
    raid = await env.raid()
    assert raid is not None
    await env.incidents.undo.begin(QUEEN, raid.incident_id)
    await env.incidents.sweep.sweep()
    await env.settle()
    assert env.quarantined() == set()
    assert env.overwrites() == before
    assert env.discord.paused is None
    with pytest.raises(UserError):
        await env.raids.end(HARBOUR_MASTER)


async def test_in_shadow_nothing_is_done_and_all_is_said(env: RaidsEnv) -> None:
    await env.choose("raids", lockdown=True, pause_minutes=5)
    env.channels()
    before = env.overwrites()
    await env.incidents.shadows.begin(QUEEN, "raids", 7)
    await env.join(9)
    await env.settle()
    assert env.quarantined() == set()
    assert env.overwrites() == before
    assert env.discord.paused is None
    raid = await env.raid()
    assert raid is not None
    assert raid.is_shadow
    page = await env.incidents.measures(GUILD, raid.incident_id, 1)
    labels = "\n".join(one.label for one in page.rows)
    assert "would have been put in quarantine" in labels
    assert "Lockdown of 2 channels" in labels
    assert await env.detected() == []
    assert {one.state for one in await env.joiners()} == {JoinerState.SPARED}


async def test_a_raid_by_hand_takes_in_who_joins_from_then_on(env: RaidsEnv) -> None:
    raid = await env.raids.start(HARBOUR_MASTER)
    with pytest.raises(UserError, match="lasts already"):
        await env.raids.start(HARBOUR_MASTER)
    (one,) = await env.join(1)
    await env.settle()
    assert env.quarantined() == {one.user_id}
    assert raid.started_by_id == HARBOUR_MASTER.user_id


async def test_nothing_is_done_where_it_is_off(env: RaidsEnv) -> None:
    await env.choose("raids", enabled=False)
    await env.join(20)
    assert await env.raid() is None
    with pytest.raises(UserError, match="switched off"):
        await env.raids.start(HARBOUR_MASTER)
